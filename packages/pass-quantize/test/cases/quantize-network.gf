# weights a scale a channel, the input 8 bits, the end of an elementwise chain 3 bits; biases stay real
module "two layers" {
  main(%x: tensor<1x4xf32>) {
    %w1 = core.constant() {value = dense<tensor<4x2xf32>, [0.5, -2.0, 3.5, 0.25, 1.0, 7.0, -1.5, 3.0]>}
    %b1 = core.constant() {value = dense<tensor<2xf32>, [0.5, -0.5]>}
    %w2 = core.constant() {value = dense<tensor<1x2xf32>, [-3.5, 1.0]>}
    %a = nn.matmul(%x, %w1) @"net.onnx":"first"
    %b = nn.add(%a, %b1)
    %c = nn.relu(%b)
    %d = nn.gemm(%c, %w2) {trans_b = true} @"net.onnx":"second"
    return %d
  }
}
==>
module "two layers" {
  main(%x: tensor<1x4xf32>) {
    %x_quant_scale = core.constant() {value = dense<tensor<f32>, [0.0117647061124444]>} : tensor<f32> @:"x_quant"
    %x_quant_zero_point = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32> @:"x_quant"
    %x_quant_bits = core.constant() {value = dense<tensor<f32>, [8.0]>} : tensor<f32> @:"x_quant"
    %x_quant = nn.quant(%x, %x_quant_scale, %x_quant_zero_point, %x_quant_bits) {signed = false, narrow = false, rounding = "ROUND"} : tensor<1x4xf32> @:"x_quant"
    %w1 = core.constant() {value = dense<tensor<4x2xf32>, [0.5, -2.0, 3.5, 0.25, 1.0, 7.0, -1.5, 3.0]>} : tensor<4x2xf32>
    %b1 = core.constant() {value = dense<tensor<2xf32>, [0.5, -0.5]>} : tensor<2xf32>
    %w2 = core.constant() {value = dense<tensor<1x2xf32>, [-3.5, 1.0]>} : tensor<1x2xf32>
    %first_weight_quant_scale = core.constant() {value = dense<tensor<1x2xf32>, [0.5, 1.0]>} : tensor<1x2xf32> @"net.onnx":"first_weight_quant"
    %first_weight_quant_zero_point = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32> @"net.onnx":"first_weight_quant"
    %first_weight_quant_bits = core.constant() {value = dense<tensor<f32>, [4.0]>} : tensor<f32> @"net.onnx":"first_weight_quant"
    %first_weight_quant = nn.quant(%w1, %first_weight_quant_scale, %first_weight_quant_zero_point, %first_weight_quant_bits) {signed = true, narrow = true, rounding = "ROUND"} : tensor<4x2xf32> @"net.onnx":"first_weight_quant"
    %a = nn.matmul(%x_quant, %first_weight_quant) : tensor<1x2xf32> @"net.onnx":"first"
    %b = nn.add(%a, %b1) : tensor<1x2xf32>
    %c = nn.relu(%b) : tensor<1x2xf32>
    %c_quant_scale = core.constant() {value = dense<tensor<f32>, [3.25]>} : tensor<f32> @"net.onnx":"c_quant"
    %c_quant_zero_point = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32> @"net.onnx":"c_quant"
    %c_quant_bits = core.constant() {value = dense<tensor<f32>, [3.0]>} : tensor<f32> @"net.onnx":"c_quant"
    %c_quant = nn.quant(%c, %c_quant_scale, %c_quant_zero_point, %c_quant_bits) {signed = false, narrow = false, rounding = "ROUND"} : tensor<1x2xf32> @"net.onnx":"c_quant"
    %second_weight_quant_scale = core.constant() {value = dense<tensor<1x1xf32>, [0.5]>} : tensor<1x1xf32> @"net.onnx":"second_weight_quant"
    %second_weight_quant_zero_point = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32> @"net.onnx":"second_weight_quant"
    %second_weight_quant_bits = core.constant() {value = dense<tensor<f32>, [4.0]>} : tensor<f32> @"net.onnx":"second_weight_quant"
    %second_weight_quant = nn.quant(%w2, %second_weight_quant_scale, %second_weight_quant_zero_point, %second_weight_quant_bits) {signed = true, narrow = true, rounding = "ROUND"} : tensor<1x2xf32> @"net.onnx":"second_weight_quant"
    %d = nn.gemm(%c_quant, %second_weight_quant) {alpha = 1.0, beta = 1.0, trans_a = false, trans_b = true} : tensor<1x1xf32> @"net.onnx":"second"
    return %d
  }
}
---
# streams that meet in a sum have scales that are powers of two of each other
module "residual" {
  main(%x: tensor<1x4xf32>) {
    %w1 = core.constant() {value = dense<tensor<4x4xf32>, [1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0]>}
    %w2 = core.constant() {value = dense<tensor<4x4xf32>, [9.0, 0.0, 0.0, 0.0, 0.0, 9.0, 0.0, 0.0, 0.0, 0.0, 9.0, 0.0, 0.0, 0.0, 0.0, 9.0]>}
    %a = nn.matmul(%x, %w1) @"net.onnx":"first"
    %r = nn.relu(%a)
    %b = nn.matmul(%r, %w2) @"net.onnx":"second"
    %y = nn.add(%r, %b)
    return %y
  }
}
==>
module "residual" {
  main(%x: tensor<1x4xf32>) {
    %x_quant_scale = core.constant() {value = dense<tensor<f32>, [0.0117647061124444]>} : tensor<f32> @:"x_quant"
    %x_quant_zero_point = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32> @:"x_quant"
    %x_quant_bits = core.constant() {value = dense<tensor<f32>, [8.0]>} : tensor<f32> @:"x_quant"
    %x_quant = nn.quant(%x, %x_quant_scale, %x_quant_zero_point, %x_quant_bits) {signed = false, narrow = false, rounding = "ROUND"} : tensor<1x4xf32> @:"x_quant"
    %w1 = core.constant() {value = dense<tensor<4x4xf32>, [1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0]>} : tensor<4x4xf32>
    %w2 = core.constant() {value = dense<tensor<4x4xf32>, [9.0, 0.0, 0.0, 0.0, 0.0, 9.0, 0.0, 0.0, 0.0, 0.0, 9.0, 0.0, 0.0, 0.0, 0.0, 9.0]>} : tensor<4x4xf32>
    %first_weight_quant_scale = core.constant() {value = dense<tensor<1x4xf32>, [0.1428571492433548, 0.1428571492433548, 0.1428571492433548, 0.1428571492433548]>} : tensor<1x4xf32> @"net.onnx":"first_weight_quant"
    %first_weight_quant_zero_point = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32> @"net.onnx":"first_weight_quant"
    %first_weight_quant_bits = core.constant() {value = dense<tensor<f32>, [4.0]>} : tensor<f32> @"net.onnx":"first_weight_quant"
    %first_weight_quant = nn.quant(%w1, %first_weight_quant_scale, %first_weight_quant_zero_point, %first_weight_quant_bits) {signed = true, narrow = true, rounding = "ROUND"} : tensor<4x4xf32> @"net.onnx":"first_weight_quant"
    %a = nn.matmul(%x_quant, %first_weight_quant) : tensor<1x4xf32> @"net.onnx":"first"
    %r = nn.relu(%a) : tensor<1x4xf32>
    %r_quant_scale = core.constant() {value = dense<tensor<f32>, [0.4821428656578064]>} : tensor<f32> @"net.onnx":"r_quant"
    %r_quant_zero_point = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32> @"net.onnx":"r_quant"
    %r_quant_bits = core.constant() {value = dense<tensor<f32>, [3.0]>} : tensor<f32> @"net.onnx":"r_quant"
    %r_quant = nn.quant(%r, %r_quant_scale, %r_quant_zero_point, %r_quant_bits) {signed = false, narrow = false, rounding = "ROUND"} : tensor<1x4xf32> @"net.onnx":"r_quant"
    %second_weight_quant_scale = core.constant() {value = dense<tensor<1x4xf32>, [1.2857142686843872, 1.2857142686843872, 1.2857142686843872, 1.2857142686843872]>} : tensor<1x4xf32> @"net.onnx":"second_weight_quant"
    %second_weight_quant_zero_point = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32> @"net.onnx":"second_weight_quant"
    %second_weight_quant_bits = core.constant() {value = dense<tensor<f32>, [4.0]>} : tensor<f32> @"net.onnx":"second_weight_quant"
    %second_weight_quant = nn.quant(%w2, %second_weight_quant_scale, %second_weight_quant_zero_point, %second_weight_quant_bits) {signed = true, narrow = true, rounding = "ROUND"} : tensor<4x4xf32> @"net.onnx":"second_weight_quant"
    %b = nn.matmul(%r_quant, %second_weight_quant) : tensor<1x4xf32> @"net.onnx":"second"
    %b_quant_scale = core.constant() {value = dense<tensor<f32>, [3.857142925262451]>} : tensor<f32> @"net.onnx":"b_quant"
    %b_quant_zero_point = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32> @"net.onnx":"b_quant"
    %b_quant_bits = core.constant() {value = dense<tensor<f32>, [3.0]>} : tensor<f32> @"net.onnx":"b_quant"
    %b_quant = nn.quant(%b, %b_quant_scale, %b_quant_zero_point, %b_quant_bits) {signed = false, narrow = false, rounding = "ROUND"} : tensor<1x4xf32> @"net.onnx":"b_quant"
    %y = nn.add(%r_quant, %b_quant) : tensor<1x4xf32>
    return %y
  }
}
---
# a quantizer stands before what moves elements or takes the largest, and not again behind it
module "carriers" {
  main(%x: tensor<1x1x2x2xf32>) {
    %w1 = core.constant() {value = dense<tensor<2x1x1x1xf32>, [1.0, -1.0]>}
    %w2 = core.constant() {value = dense<tensor<2x3xf32>, [1.0, 0.0, 1.0, 0.0, 1.0, 1.0]>}
    %a = nn.conv(%x, %w1) @"net.onnx":"first"
    %r = nn.relu(%a)
    %p = nn.max_pool(%r) {kernel_shape = [2, 2], strides = [1, 1]}
    %f = nn.reshape(%p) {shape = [1, 2]}
    %y = nn.matmul(%f, %w2) @"net.onnx":"second"
    return %y
  }
}
==>
module "carriers" {
  main(%x: tensor<1x1x2x2xf32>) {
    %x_quant_scale = core.constant() {value = dense<tensor<f32>, [0.0117647061124444]>} : tensor<f32> @:"x_quant"
    %x_quant_zero_point = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32> @:"x_quant"
    %x_quant_bits = core.constant() {value = dense<tensor<f32>, [8.0]>} : tensor<f32> @:"x_quant"
    %x_quant = nn.quant(%x, %x_quant_scale, %x_quant_zero_point, %x_quant_bits) {signed = false, narrow = false, rounding = "ROUND"} : tensor<1x1x2x2xf32> @:"x_quant"
    %w1 = core.constant() {value = dense<tensor<2x1x1x1xf32>, [1.0, -1.0]>} : tensor<2x1x1x1xf32>
    %w2 = core.constant() {value = dense<tensor<2x3xf32>, [1.0, 0.0, 1.0, 0.0, 1.0, 1.0]>} : tensor<2x3xf32>
    %first_weight_quant_scale = core.constant() {value = dense<tensor<2x1x1x1xf32>, [0.1428571492433548, 0.1428571492433548]>} : tensor<2x1x1x1xf32> @"net.onnx":"first_weight_quant"
    %first_weight_quant_zero_point = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32> @"net.onnx":"first_weight_quant"
    %first_weight_quant_bits = core.constant() {value = dense<tensor<f32>, [4.0]>} : tensor<f32> @"net.onnx":"first_weight_quant"
    %first_weight_quant = nn.quant(%w1, %first_weight_quant_scale, %first_weight_quant_zero_point, %first_weight_quant_bits) {signed = true, narrow = true, rounding = "ROUND"} : tensor<2x1x1x1xf32> @"net.onnx":"first_weight_quant"
    %a = nn.conv(%x_quant, %first_weight_quant) {auto_pad = "NOTSET", group = 1, layout = "channels_first"} : tensor<1x2x2x2xf32> @"net.onnx":"first"
    %r = nn.relu(%a) : tensor<1x2x2x2xf32>
    %r_quant_scale = core.constant() {value = dense<tensor<f32>, [0.4285714328289032]>} : tensor<f32> @:"r_quant"
    %r_quant_zero_point = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32> @:"r_quant"
    %r_quant_bits = core.constant() {value = dense<tensor<f32>, [3.0]>} : tensor<f32> @:"r_quant"
    %r_quant = nn.quant(%r, %r_quant_scale, %r_quant_zero_point, %r_quant_bits) {signed = false, narrow = false, rounding = "ROUND"} : tensor<1x2x2x2xf32> @:"r_quant"
    %p = nn.max_pool(%r_quant) {auto_pad = "NOTSET", strides = [1, 1], kernel_shape = [2, 2], ceil_mode = false, layout = "channels_first"} : tensor<1x2x1x1xf32>
    %f = nn.reshape(%p) {shape = [1, 2]} : tensor<1x2xf32>
    %second_weight_quant_scale = core.constant() {value = dense<tensor<1x3xf32>, [0.1428571492433548, 0.1428571492433548, 0.1428571492433548]>} : tensor<1x3xf32> @"net.onnx":"second_weight_quant"
    %second_weight_quant_zero_point = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32> @"net.onnx":"second_weight_quant"
    %second_weight_quant_bits = core.constant() {value = dense<tensor<f32>, [4.0]>} : tensor<f32> @"net.onnx":"second_weight_quant"
    %second_weight_quant = nn.quant(%w2, %second_weight_quant_scale, %second_weight_quant_zero_point, %second_weight_quant_bits) {signed = true, narrow = true, rounding = "ROUND"} : tensor<2x3xf32> @"net.onnx":"second_weight_quant"
    %y = nn.matmul(%f, %second_weight_quant) : tensor<1x3xf32> @"net.onnx":"second"
    return %y
  }
}
---
# a product of a stream with a function of itself is one elementwise chain
module "swish" {
  main(%x: tensor<1x4xf32>) {
    %w1 = core.constant() {value = dense<tensor<4x2xf32>, [0.5, -2.0, 3.5, 0.25, 1.0, 7.0, -1.5, 3.0]>}
    %w2 = core.constant() {value = dense<tensor<2x1xf32>, [-3.5, 1.0]>}
    %a = nn.matmul(%x, %w1)
    %s = nn.sigmoid(%a)
    %m = nn.mul(%a, %s)
    %y = nn.matmul(%m, %w2)
    return %y
  }
}
==>
module "swish" {
  main(%x: tensor<1x4xf32>) {
    %x_quant_scale = core.constant() {value = dense<tensor<f32>, [0.0117647061124444]>} : tensor<f32> @:"x_quant"
    %x_quant_zero_point = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32> @:"x_quant"
    %x_quant_bits = core.constant() {value = dense<tensor<f32>, [8.0]>} : tensor<f32> @:"x_quant"
    %x_quant = nn.quant(%x, %x_quant_scale, %x_quant_zero_point, %x_quant_bits) {signed = false, narrow = false, rounding = "ROUND"} : tensor<1x4xf32> @:"x_quant"
    %w1 = core.constant() {value = dense<tensor<4x2xf32>, [0.5, -2.0, 3.5, 0.25, 1.0, 7.0, -1.5, 3.0]>} : tensor<4x2xf32>
    %w2 = core.constant() {value = dense<tensor<2x1xf32>, [-3.5, 1.0]>} : tensor<2x1xf32>
    %w1_weight_quant_scale = core.constant() {value = dense<tensor<1x2xf32>, [0.5, 1.0]>} : tensor<1x2xf32> @:"w1_weight_quant"
    %w1_weight_quant_zero_point = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32> @:"w1_weight_quant"
    %w1_weight_quant_bits = core.constant() {value = dense<tensor<f32>, [4.0]>} : tensor<f32> @:"w1_weight_quant"
    %w1_weight_quant = nn.quant(%w1, %w1_weight_quant_scale, %w1_weight_quant_zero_point, %w1_weight_quant_bits) {signed = true, narrow = true, rounding = "ROUND"} : tensor<4x2xf32> @:"w1_weight_quant"
    %a = nn.matmul(%x_quant, %w1_weight_quant) : tensor<1x2xf32>
    %s = nn.sigmoid(%a) : tensor<1x2xf32>
    %m = nn.mul(%a, %s) : tensor<1x2xf32>
    %m_quant_scale = core.constant() {value = dense<tensor<f32>, [7.75]>} : tensor<f32> @:"m_quant"
    %m_quant_zero_point = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32> @:"m_quant"
    %m_quant_bits = core.constant() {value = dense<tensor<f32>, [3.0]>} : tensor<f32> @:"m_quant"
    %m_quant = nn.quant(%m, %m_quant_scale, %m_quant_zero_point, %m_quant_bits) {signed = true, narrow = false, rounding = "ROUND"} : tensor<1x2xf32> @:"m_quant"
    %w2_weight_quant_scale = core.constant() {value = dense<tensor<1x1xf32>, [0.5]>} : tensor<1x1xf32> @:"w2_weight_quant"
    %w2_weight_quant_zero_point = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32> @:"w2_weight_quant"
    %w2_weight_quant_bits = core.constant() {value = dense<tensor<f32>, [4.0]>} : tensor<f32> @:"w2_weight_quant"
    %w2_weight_quant = nn.quant(%w2, %w2_weight_quant_scale, %w2_weight_quant_zero_point, %w2_weight_quant_bits) {signed = true, narrow = true, rounding = "ROUND"} : tensor<2x1xf32> @:"w2_weight_quant"
    %y = nn.matmul(%m_quant, %w2_weight_quant) : tensor<1x1xf32>
    return %y
  }
}
---
# integer inputs, and one scale times their codes, need no quantizer; averages are quantized before and behind
module "encoded" {
  main(%n: tensor<1x1x2x2xu2>) {
    %half = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %two = core.constant() {value = dense<tensor<f32>, [2.0]>}
    %w1 = core.constant() {value = dense<tensor<2x1x1x1xf32>, [1.0, -1.0]>}
    %w2 = core.constant() {value = dense<tensor<2x1x1x1xf32>, [1.0, -1.0]>}
    %x = nn.dequantize(%n, %half, %zero)
    %scaled = nn.mul(%x, %two)
    %a = nn.conv(%scaled, %w1)
    %p = nn.global_average_pool(%a)
    %y = nn.conv(%p, %w2) {group = 2}
    return %y
  }
}
==>
module "encoded" {
  main(%n: tensor<1x1x2x2xu2>) {
    %half = core.constant() {value = dense<tensor<f32>, [0.5]>} : tensor<f32>
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %two = core.constant() {value = dense<tensor<f32>, [2.0]>} : tensor<f32>
    %w1 = core.constant() {value = dense<tensor<2x1x1x1xf32>, [1.0, -1.0]>} : tensor<2x1x1x1xf32>
    %w2 = core.constant() {value = dense<tensor<2x1x1x1xf32>, [1.0, -1.0]>} : tensor<2x1x1x1xf32>
    %x = nn.dequantize(%n, %half, %zero) : tensor<1x1x2x2xf32>
    %scaled = nn.mul(%x, %two) : tensor<1x1x2x2xf32>
    %w1_weight_quant_scale = core.constant() {value = dense<tensor<2x1x1x1xf32>, [0.1428571492433548, 0.1428571492433548]>} : tensor<2x1x1x1xf32> @:"w1_weight_quant"
    %w1_weight_quant_zero_point = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32> @:"w1_weight_quant"
    %w1_weight_quant_bits = core.constant() {value = dense<tensor<f32>, [4.0]>} : tensor<f32> @:"w1_weight_quant"
    %w1_weight_quant = nn.quant(%w1, %w1_weight_quant_scale, %w1_weight_quant_zero_point, %w1_weight_quant_bits) {signed = true, narrow = true, rounding = "ROUND"} : tensor<2x1x1x1xf32> @:"w1_weight_quant"
    %a = nn.conv(%scaled, %w1_weight_quant) {auto_pad = "NOTSET", group = 1, layout = "channels_first"} : tensor<1x2x2x2xf32>
    %a_quant_scale = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32> @:"a_quant"
    %a_quant_zero_point = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32> @:"a_quant"
    %a_quant_bits = core.constant() {value = dense<tensor<f32>, [3.0]>} : tensor<f32> @:"a_quant"
    %a_quant = nn.quant(%a, %a_quant_scale, %a_quant_zero_point, %a_quant_bits) {signed = true, narrow = false, rounding = "ROUND"} : tensor<1x2x2x2xf32> @:"a_quant"
    %p = nn.global_average_pool(%a_quant) {layout = "channels_first"} : tensor<1x2x1x1xf32>
    %p_quant_scale = core.constant() {value = dense<tensor<f32>, [0.5]>} : tensor<f32> @:"p_quant"
    %p_quant_zero_point = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32> @:"p_quant"
    %p_quant_bits = core.constant() {value = dense<tensor<f32>, [3.0]>} : tensor<f32> @:"p_quant"
    %p_quant = nn.quant(%p, %p_quant_scale, %p_quant_zero_point, %p_quant_bits) {signed = true, narrow = false, rounding = "ROUND"} : tensor<1x2x1x1xf32> @:"p_quant"
    %w2_weight_quant_scale = core.constant() {value = dense<tensor<2x1x1x1xf32>, [0.1428571492433548, 0.1428571492433548]>} : tensor<2x1x1x1xf32> @:"w2_weight_quant"
    %w2_weight_quant_zero_point = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32> @:"w2_weight_quant"
    %w2_weight_quant_bits = core.constant() {value = dense<tensor<f32>, [4.0]>} : tensor<f32> @:"w2_weight_quant"
    %w2_weight_quant = nn.quant(%w2, %w2_weight_quant_scale, %w2_weight_quant_zero_point, %w2_weight_quant_bits) {signed = true, narrow = true, rounding = "ROUND"} : tensor<2x1x1x1xf32> @:"w2_weight_quant"
    %y = nn.conv(%p_quant, %w2_weight_quant) {auto_pad = "NOTSET", group = 2, layout = "channels_first"} : tensor<1x2x1x1xf32>
    return %y
  }
}
---
# quantizers of the network stay, and layers with quantized weights
module "partly" {
  main(%x: tensor<1x4xf32>) {
    %scale = core.constant() {value = dense<tensor<f32>, [0.25]>}
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %bits = core.constant() {value = dense<tensor<f32>, [8.0]>}
    %w1 = core.constant() {value = dense<tensor<4x2xf32>, [0.5, -2.0, 3.5, 0.25, 1.0, 7.0, -1.5, 3.0]>}
    %w2 = core.constant() {value = dense<tensor<2x1xf32>, [-3.5, 1.0]>}
    %q = nn.quant(%x, %scale, %zero, %bits)
    %w = nn.quant(%w1, %scale, %zero, %bits)
    %a = nn.matmul(%q, %w)
    %r = nn.relu(%a)
    %y = nn.matmul(%r, %w2)
    return %y
  }
}
==>
module "partly" {
  main(%x: tensor<1x4xf32>) {
    %scale = core.constant() {value = dense<tensor<f32>, [0.25]>} : tensor<f32>
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %bits = core.constant() {value = dense<tensor<f32>, [8.0]>} : tensor<f32>
    %w1 = core.constant() {value = dense<tensor<4x2xf32>, [0.5, -2.0, 3.5, 0.25, 1.0, 7.0, -1.5, 3.0]>} : tensor<4x2xf32>
    %w2 = core.constant() {value = dense<tensor<2x1xf32>, [-3.5, 1.0]>} : tensor<2x1xf32>
    %q = nn.quant(%x, %scale, %zero, %bits) {signed = true, narrow = false, rounding = "ROUND"} : tensor<1x4xf32>
    %w = nn.quant(%w1, %scale, %zero, %bits) {signed = true, narrow = false, rounding = "ROUND"} : tensor<4x2xf32>
    %a = nn.matmul(%q, %w) : tensor<1x2xf32>
    %r = nn.relu(%a) : tensor<1x2xf32>
    %r_quant_scale = core.constant() {value = dense<tensor<f32>, [3.3214285373687744]>} : tensor<f32> @:"r_quant"
    %r_quant_zero_point = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32> @:"r_quant"
    %r_quant_bits = core.constant() {value = dense<tensor<f32>, [3.0]>} : tensor<f32> @:"r_quant"
    %r_quant = nn.quant(%r, %r_quant_scale, %r_quant_zero_point, %r_quant_bits) {signed = false, narrow = false, rounding = "ROUND"} : tensor<1x2xf32> @:"r_quant"
    %w2_weight_quant_scale = core.constant() {value = dense<tensor<1x1xf32>, [0.5]>} : tensor<1x1xf32> @:"w2_weight_quant"
    %w2_weight_quant_zero_point = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32> @:"w2_weight_quant"
    %w2_weight_quant_bits = core.constant() {value = dense<tensor<f32>, [4.0]>} : tensor<f32> @:"w2_weight_quant"
    %w2_weight_quant = nn.quant(%w2, %w2_weight_quant_scale, %w2_weight_quant_zero_point, %w2_weight_quant_bits) {signed = true, narrow = true, rounding = "ROUND"} : tensor<2x1xf32> @:"w2_weight_quant"
    %y = nn.matmul(%r_quant, %w2_weight_quant) : tensor<1x1xf32>
    return %y
  }
}
---
# a network without weights is an error
module "relu" {
  main(%x: tensor<1x4xf32>) {
    %a = nn.relu(%x)
    return %a
  }
}
==>
error: No matmul, gemm or convolution of the network has constant real weights. [quantize/no-weights]
  note: raised by pass `quantize/quantize-network`
  hint: quantize the network as trained, before it is streamlined
---
# a network whose weights are all quantized is an error
module "done" {
  main(%x: tensor<1x4xf32>) {
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %w = core.constant() {value = dense<tensor<4x1xf32>, [0.5, -2.0, 1.0, 1.0]>}
    %q = nn.bipolar_quant(%w, %one)
    %a = nn.matmul(%x, %q)
    return %a
  }
}
==>
error: The weights of every layer of the network are quantized already. [quantize/already-quantized]
  note: raised by pass `quantize/quantize-network`
  hint: build the network as it is, or quantize the float network that it was made from
---
# samples of another size are an error
module "wide" {
  main(%x: tensor<1x5xf32>) {
    %w = core.constant() {value = dense<tensor<5x1xf32>, [0.5, -2.0, 1.0, 1.0, 1.0]>}
    %a = nn.matmul(%x, %w)
    return %a
  }
}
==>
error: Calibration sample 0 has 4 elements, and the network's inputs have 5. [quantize/sample-size]
  note: raised by pass `quantize/quantize-network`
  hint: give each sample as one array that holds all inputs, one behind the other
---
# samples that are no codes of an integer input are an error
module "codes" {
  main(%n: tensor<1x4xu1>) {
    %half = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %w = core.constant() {value = dense<tensor<4x1xf32>, [0.5, -2.0, 1.0, 1.0]>}
    %x = nn.dequantize(%n, %half, %zero)
    %a = nn.matmul(%x, %w)
    return %a
  }
}
==>
error: Calibration sample 0 does not fit an input of integer codes: 2 is not a value of u1. [quantize/not-a-code]
  note: raised by pass `quantize/quantize-network`
  hint: give the codes that the network reads, or the float network without an encoding
---
# the largest of a quantizer's values, scaled, stand on its grid
module "scaled pool" {
  main(%x: tensor<1x1x2x2xf32>) {
    %scale = core.constant() {value = dense<tensor<f32>, [0.25]>}
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %bits = core.constant() {value = dense<tensor<f32>, [8.0]>}
    %w = core.constant() {value = dense<tensor<1x1x1x1xf32>, [3.5]>}
    %q = nn.quant(%x, %scale, %zero, %bits)
    %p = nn.max_pool(%q) {kernel_shape = [2, 2]}
    %s = nn.mul(%p, %scale)
    %y = nn.conv(%s, %w)
    return %y
  }
}
==>
module "scaled pool" {
  main(%x: tensor<1x1x2x2xf32>) {
    %scale = core.constant() {value = dense<tensor<f32>, [0.25]>} : tensor<f32>
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %bits = core.constant() {value = dense<tensor<f32>, [8.0]>} : tensor<f32>
    %w = core.constant() {value = dense<tensor<1x1x1x1xf32>, [3.5]>} : tensor<1x1x1x1xf32>
    %q = nn.quant(%x, %scale, %zero, %bits) {signed = true, narrow = false, rounding = "ROUND"} : tensor<1x1x2x2xf32>
    %p = nn.max_pool(%q) {auto_pad = "NOTSET", kernel_shape = [2, 2], ceil_mode = false, layout = "channels_first"} : tensor<1x1x1x1xf32>
    %s = nn.mul(%p, %scale) : tensor<1x1x1x1xf32>
    %w_weight_quant_scale = core.constant() {value = dense<tensor<1x1x1x1xf32>, [0.5]>} : tensor<1x1x1x1xf32> @:"w_weight_quant"
    %w_weight_quant_zero_point = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32> @:"w_weight_quant"
    %w_weight_quant_bits = core.constant() {value = dense<tensor<f32>, [4.0]>} : tensor<f32> @:"w_weight_quant"
    %w_weight_quant = nn.quant(%w, %w_weight_quant_scale, %w_weight_quant_zero_point, %w_weight_quant_bits) {signed = true, narrow = true, rounding = "ROUND"} : tensor<1x1x1x1xf32> @:"w_weight_quant"
    %y = nn.conv(%s, %w_weight_quant) {auto_pad = "NOTSET", group = 1, layout = "channels_first"} : tensor<1x1x1x1xf32>
    return %y
  }
}
---
# what is elementwise on an input alone is an input still, with the bits of one
module "normalized" {
  main(%x: tensor<1x4xf32>) {
    %mean = core.constant() {value = dense<tensor<f32>, [1.5]>}
    %w = core.constant() {value = dense<tensor<4x1xf32>, [3.5, 1.0, 2.0, 0.0]>}
    %t = nn.reshape(%x) {shape = [4, 1]}
    %n = nn.sub(%t, %mean)
    %f = nn.reshape(%n) {shape = [1, 4]}
    %y = nn.matmul(%f, %w)
    return %y
  }
}
==>
module "normalized" {
  main(%x: tensor<1x4xf32>) {
    %mean = core.constant() {value = dense<tensor<f32>, [1.5]>} : tensor<f32>
    %w = core.constant() {value = dense<tensor<4x1xf32>, [3.5, 1.0, 2.0, 0.0]>} : tensor<4x1xf32>
    %t = nn.reshape(%x) {shape = [4, 1]} : tensor<4x1xf32>
    %n = nn.sub(%t, %mean) : tensor<4x1xf32>
    %n_quant_scale = core.constant() {value = dense<tensor<f32>, [0.011811023578047752]>} : tensor<f32> @:"n_quant"
    %n_quant_zero_point = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32> @:"n_quant"
    %n_quant_bits = core.constant() {value = dense<tensor<f32>, [8.0]>} : tensor<f32> @:"n_quant"
    %n_quant = nn.quant(%n, %n_quant_scale, %n_quant_zero_point, %n_quant_bits) {signed = true, narrow = false, rounding = "ROUND"} : tensor<4x1xf32> @:"n_quant"
    %f = nn.reshape(%n_quant) {shape = [1, 4]} : tensor<1x4xf32>
    %w_weight_quant_scale = core.constant() {value = dense<tensor<1x1xf32>, [0.5]>} : tensor<1x1xf32> @:"w_weight_quant"
    %w_weight_quant_zero_point = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32> @:"w_weight_quant"
    %w_weight_quant_bits = core.constant() {value = dense<tensor<f32>, [4.0]>} : tensor<f32> @:"w_weight_quant"
    %w_weight_quant = nn.quant(%w, %w_weight_quant_scale, %w_weight_quant_zero_point, %w_weight_quant_bits) {signed = true, narrow = true, rounding = "ROUND"} : tensor<4x1xf32> @:"w_weight_quant"
    %y = nn.matmul(%f, %w_weight_quant) : tensor<1x1xf32>
    return %y
  }
}
