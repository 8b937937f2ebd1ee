# a convolution goes channels last; the transpose moves to the input
module "m" {
  main(%x: tensor<1x2x3x3xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<1x2x2x2xf32>, [1.0, 2.0, 3.0, -1.0, -2.0, 1.0, 0.0, 1.0]>}
    %y = nn.conv(%d, %w) {strides = [1, 1]} @"net.onnx":"Conv_0"
    return %y
  }
}
==>
module "m" {
  head(%x: tensor<1x2x3x3xu4>) {
    %x_1 = nn.transpose(%x) {perm = [0, 2, 3, 1]} : tensor<1x3x3x2xu4>
    return %x_1
  }
  main(%x: tensor<1x3x3x2xu4>) {
    %0 = core.constant() {value = dense<tensor<1x2x2x2xi3>, [1, -2, 2, 1, 3, 0, -1, 1]>} : tensor<1x2x2x2xi3> @"net.onnx":"Conv_0"
    %1 = q.conv(%x, %0) {strides = [1, 1], pads = [0, 0, 0, 0], dilations = [1, 1], elem = "i8", groups = 1, pad_value = 0} : tensor<1x2x2x1xi8> @"net.onnx":"Conv_0"
    return %1
  }
  tail(%0: tensor<1x2x2x1xi8>) {
    %1 = core.constant() {value = dense<tensor<f32>, [0.5]>} : tensor<f32>
    %2 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %3 = nn.dequantize(%0, %1, %2) : tensor<1x2x2x1xf32>
    %y = nn.reshape(%3) {shape = [1, 1, 2, 2]} : tensor<1x1x2x2xf32>
    return %y
  }
}
---
# padding reads the code of a real 0, which is the zero point
module "m" {
  main(%x: tensor<1x1x2x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.25]>}
    %z = core.constant() {value = dense<tensor<f32>, [3.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<1x1x2x2xf32>, [1.0, 2.0, 3.0, -1.0]>}
    %y = nn.conv(%d, %w) {pads = [0, 1, 1, 0]} @"net.onnx":"Conv_0"
    return %y
  }
}
==>
module "m" {
  main(%x: tensor<1x1x2x2xu4>) {
    %0 = q.reshape(%x) {shape = [1, 2, 2, 1]} : tensor<1x2x2x1xu4>
    %1 = core.constant() {value = dense<tensor<1x2x2x1xi3>, [1, 2, 3, -1]>} : tensor<1x2x2x1xi3> @"net.onnx":"Conv_0"
    %2 = q.conv(%0, %1) {strides = [1, 1], pads = [0, 1, 1, 0], dilations = [1, 1], elem = "i8", groups = 1, pad_value = 3} : tensor<1x2x2x1xi8> @"net.onnx":"Conv_0"
    return %2
  }
  tail(%0: tensor<1x2x2x1xi8>) {
    %1 = core.constant() {value = dense<tensor<f32>, [0.25]>} : tensor<f32>
    %2 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %3 = nn.dequantize(%0, %1, %2) : tensor<1x2x2x1xf32>
    %4 = core.constant() {value = dense<tensor<f32>, [-3.75]>} : tensor<f32>
    %5 = nn.add(%3, %4) : tensor<1x2x2x1xf32>
    %y = nn.reshape(%5) {shape = [1, 1, 2, 2]} : tensor<1x1x2x2xf32>
    return %y
  }
}
---
# a pad of −1 before the convolution keeps a bipolar image at one bit
module "m" {
  main(%x: tensor<1x1x2x2xbipolar>) {
    %s = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %m = core.constant() {value = dense<tensor<f32>, [-1.0]>}
    %p = nn.pad(%d, %m) {pads = [0, 0, 1, 1, 0, 0, 1, 1], mode = "constant"} @"net.onnx":"Pad_0"
    %w = core.constant() {value = dense<tensor<1x1x3x3xf32>, [1.0, -1.0, 1.0, 1.0, -1.0, 1.0, 1.0, 1.0, -1.0]>}
    %y = nn.conv(%p, %w) @"net.onnx":"Conv_0"
    return %y
  }
}
==>
module "m" {
  main(%x: tensor<1x1x2x2xbipolar>) {
    %0 = q.reshape(%x) {shape = [1, 2, 2, 1]} : tensor<1x2x2x1xbipolar>
    %1 = core.constant() {value = dense<tensor<1x3x3x1xbipolar>, [1, -1, 1, 1, -1, 1, 1, 1, -1]>} : tensor<1x3x3x1xbipolar> @"net.onnx":"Conv_0"
    %2 = q.conv(%0, %1) {strides = [1, 1], pads = [1, 1, 1, 1], dilations = [1, 1], elem = "i5", groups = 1, pad_value = -1} : tensor<1x2x2x1xi5> @"net.onnx":"Conv_0"
    return %2
  }
  tail(%0: tensor<1x2x2x1xi5>) {
    %1 = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %2 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %3 = nn.dequantize(%0, %1, %2) : tensor<1x2x2x1xf32>
    %y = nn.reshape(%3) {shape = [1, 1, 2, 2]} : tensor<1x1x2x2xf32>
    return %y
  }
}
---
# branches of scales 1 and 1/4 meet in an integer sum with a shift
module "m" {
  main(%x: tensor<1x1x2x2xu4>, %y: tensor<1x1x2x2xu4>) {
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %s = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %t = core.constant() {value = dense<tensor<f32>, [0.25]>}
    %a = nn.dequantize(%x, %s, %z)
    %b = nn.dequantize(%y, %t, %z)
    %w = core.constant() {value = dense<tensor<1x1x1x1xf32>, [3.0]>}
    %v = nn.conv(%a, %w) @"net.onnx":"Conv_0"
    %c = nn.add(%v, %b) @"net.onnx":"Add_0"
    return %c
  }
}
==>
module "m" {
  main(%x: tensor<1x1x2x2xu4>, %y: tensor<1x1x2x2xu4>) {
    %0 = q.reshape(%x) {shape = [1, 2, 2, 1]} : tensor<1x2x2x1xu4>
    %1 = q.reshape(%y) {shape = [1, 2, 2, 1]} : tensor<1x2x2x1xu4>
    %2 = core.constant() {value = dense<tensor<1x1x1x1xu2>, [3]>} : tensor<1x1x1x1xu2> @"net.onnx":"Conv_0"
    %3 = q.conv(%0, %2) {strides = [1, 1], pads = [0, 0, 0, 0], dilations = [1, 1], elem = "u6", groups = 1, pad_value = 0} : tensor<1x2x2x1xu6> @"net.onnx":"Conv_0"
    %4 = q.add(%3, %1) {elem = "u8", m = 4, n = 1} : tensor<1x2x2x1xu8> @"net.onnx":"Add_0"
    return %4
  }
  tail(%0: tensor<1x2x2x1xu8>) {
    %1 = core.constant() {value = dense<tensor<f32>, [0.25]>} : tensor<f32>
    %2 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %3 = nn.dequantize(%0, %1, %2) : tensor<1x2x2x1xf32>
    %c = nn.reshape(%3) {shape = [1, 1, 2, 2]} : tensor<1x1x2x2xf32>
    return %c
  }
}
---
# unlike-scales: a ratio that is no fraction of small integers
module "m" {
  main(%x: tensor<1x1x2x2xu4>, %y: tensor<1x1x2x2xu4>) {
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %s = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %t = core.constant() {value = dense<tensor<f32>, [0.7071068]>}
    %a = nn.dequantize(%x, %s, %z)
    %b = nn.dequantize(%y, %t, %z)
    %c = nn.add(%a, %b) @"net.onnx":"Add_0"
    return %c
  }
}
==>
net.onnx: node Add_0: error: `nn.add` adds integers of scales 1 and 0.7071068, whose ratio is not that of small integers. [streamline/unlike-scales]
  note: raised by pass `streamline/to-integers`
  hint: give both branches one scale in training, or scales whose ratio is a power of two
---
# a pool reads neither the padding before it where that may win, nor a window of padding alone
module "m" {
  main(%x: tensor<1x1x2x2xi4>) {
    %s = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %p = nn.pad(%d, %z) {pads = [0, 0, 1, 1, 0, 0, 1, 1], mode = "constant"} @"net.onnx":"Pad_0"
    %y = nn.max_pool(%p) {kernel_shape = [2, 2]} @"net.onnx":"MaxPool_0"
    return %y
  }
}
==>
net.onnx: node MaxPool_0: error: `nn.max_pool` cannot run on the device: its padding of 0 is greater than what the image may hold. [streamline/unsupported]
  note: raised by pass `streamline/to-integers`
  hint: pad inside the pooling, whose own padding does not count
---
# an average is a sum with a scale; its window must not stand half outside uncounted
module "m" {
  main(%x: tensor<1x1x2x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %y = nn.average_pool(%d) {kernel_shape = [2, 2], pads = [1, 1, 0, 0]} @"net.onnx":"AveragePool_0"
    return %y
  }
}
==>
net.onnx: node AveragePool_0: error: `nn.average_pool` cannot run on the device: its windows at the border average fewer pixels. [streamline/unsupported]
  note: raised by pass `streamline/to-integers`
  hint: pad before the pooling, or count the padding
---
# a split, a join of types that differ, and an upsampling
module "m" {
  main(%x: tensor<1x3x1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<3x3x1x1xf32>, [1.0, -1.0, 0.0, 1.0, -1.0, 1.0, 1.0, 0.0, -1.0]>}
    %y = nn.conv(%d, %w) @"net.onnx":"Conv_0"
    %a, %b = nn.split(%y) {axis = 1, split = [1, 2]} @"net.onnx":"Split_0"
    %two = core.constant() {value = dense<tensor<f32>, [2.0]>}
    %q = nn.quant(%b, %s, %z, %two) {signed = false} @"net.onnx":"Quant_q"
    %c = nn.concat(%a, %q) {axis = 1} @"net.onnx":"Concat_0"
    %u = nn.resize(%c) {scales = [1.0, 1.0, 2.0, 2.0], coordinate_transformation_mode = "asymmetric", nearest_mode = "floor"} @"net.onnx":"Resize_0"
    return %u
  }
}
==>
module "m" {
  head(%x: tensor<1x3x1x2xu4>) {
    %x_1 = nn.transpose(%x) {perm = [0, 2, 3, 1]} : tensor<1x1x2x3xu4>
    return %x_1
  }
  main(%x: tensor<1x1x2x3xu4>) {
    %0 = core.constant() {value = dense<tensor<3x1x1x3xi2>, [1, -1, 0, 1, -1, 1, 1, 0, -1]>} : tensor<3x1x1x3xi2> @"net.onnx":"Conv_0"
    %1 = q.conv(%x, %0) {strides = [1, 1], pads = [0, 0, 0, 0], dilations = [1, 1], elem = "i6", groups = 1, pad_value = 0} : tensor<1x1x2x3xi6> @"net.onnx":"Conv_0"
    %2 = q.slice(%1) {first = 0, count = 1} : tensor<1x1x2x1xi6> @"net.onnx":"Split_0"
    %3 = q.slice(%1) {first = 1, count = 2} : tensor<1x1x2x2xi6> @"net.onnx":"Split_0"
    %4 = core.constant() {value = dense<tensor<1x3xi6>, [1, 2, 3]>} : tensor<1x3xi6> @"net.onnx":"Quant_q"
    %5 = q.threshold(%3, %4) {elem = "u2", bias = 0, axis = -1} : tensor<1x1x2x2xu2> @"net.onnx":"Quant_q"
    %6 = core.constant() {value = dense<tensor<1xi2>, [1]>} : tensor<1xi2>
    %7 = core.constant() {value = dense<tensor<1xi2>, [0]>} : tensor<1xi2>
    %8 = q.affine(%2, %6, %7) {elem = "i5", axis = -1} : tensor<1x1x2x1xi5>
    %9 = core.constant() {value = dense<tensor<1xi2>, [1]>} : tensor<1xi2>
    %10 = core.constant() {value = dense<tensor<1xi2>, [0]>} : tensor<1xi2>
    %11 = q.affine(%5, %9, %10) {elem = "i5", axis = -1} : tensor<1x1x2x2xi5>
    %12 = q.concat(%8, %11) : tensor<1x1x2x3xi5> @"net.onnx":"Concat_0"
    %13 = q.upsample(%12) {scales = [2, 2]} : tensor<1x2x4x3xi5> @"net.onnx":"Resize_0"
    return %13
  }
  tail(%0: tensor<1x2x4x3xi5>) {
    %1 = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %2 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %3 = nn.dequantize(%0, %1, %2) : tensor<1x2x4x3xf32>
    %u = nn.transpose(%3) {perm = [0, 3, 1, 2]} : tensor<1x3x2x4xf32> @"net.onnx":"Resize_0"
    return %u
  }
}
---
# a resize that is no repetition stays an error of the layer behind it
module "m" {
  main(%x: tensor<1x1x2x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<1x1x1x1xf32>, [3.0]>}
    %y = nn.conv(%d, %w) @"net.onnx":"Conv_0"
    %u = nn.resize(%y) {sizes = [1, 1, 3, 3], coordinate_transformation_mode = "asymmetric", nearest_mode = "floor"} @"net.onnx":"Resize_0"
    %v = nn.conv(%u, %w) @"net.onnx":"Conv_1"
    return %v
  }
}
==>
net.onnx: node Conv_1: error: `nn.conv` cannot run on the device: it does not repeat each pixel a whole number of times. [streamline/unsupported]
  note: the reason lies at `nn.resize` (node Resize_0)
  note: raised by pass `streamline/to-integers`
  hint: resize rows and columns by whole numbers, nearest, asymmetric, rounding down
---
# the sum of a QuantAvgPool loses its low bits in thresholds
module "m" {
  main(%x: tensor<1x1x2x2xu2>) {
    %f = nn.cast(%x) {to = "f32"}
    %y = nn.quant_avg_pool2d(%f) {kernel = 2, stride = 2, ibits = 2, obits = 2} @"net.onnx":"Pool_0"
    return %y
  }
}
==>
module "m" {
  main(%x: tensor<1x1x2x2xu2>) {
    %0 = q.reshape(%x) {shape = [1, 2, 2, 1]} : tensor<1x2x2x1xu2>
    %1 = q.sum_pool(%0) {strides = [2, 2], pads = [0, 0, 0, 0], dilations = [1, 1], kernel = [2, 2], elem = "u4"} : tensor<1x1x1x1xu4> @"net.onnx":"Pool_0"
    %2 = core.constant() {value = dense<tensor<1x3xu4>, [4, 8, 12]>} : tensor<1x3xu4> @"net.onnx":"Pool_0"
    %3 = q.threshold(%1, %2) {elem = "u2", bias = 0, axis = -1} : tensor<1x1x1x1xu2> @"net.onnx":"Pool_0"
    return %3
  }
  tail(%0: tensor<1x1x1x1xu2>) {
    %y = nn.cast(%0) {to = "f32"} : tensor<1x1x1x1xf32>
    return %y
  }
}
