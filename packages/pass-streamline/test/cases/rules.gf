# a product and its quantizer are a matmul and thresholds; the scale goes to the host
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %bits = core.constant() {value = dense<tensor<f32>, [2.0]>}
    %q = nn.quant(%y, %one, %zero, %bits) {signed = false} @"net.onnx":"Quant_q"
    return %q
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu4>) {
    %0 = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, -1, 3]>} : tensor<2x2xi3> @"net.onnx":"MatMul_0"
    %y = q.matmul(%x, %0) {elem = "i7"} : tensor<1x2xi7> @"net.onnx":"MatMul_0"
    %1 = core.constant() {value = dense<tensor<1x3xi7>, [2, 3, 6]>} : tensor<1x3xi7> @"net.onnx":"Quant_q"
    %2 = q.threshold(%y, %1) {elem = "u2", bias = 0, axis = -1} : tensor<1x2xu2> @"net.onnx":"Quant_q"
    return %2
  }
  tail(%0: tensor<1x2xu2>) {
    %1 = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %2 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %q = nn.dequantize(%0, %1, %2) : tensor<1x2xf32> @"net.onnx":"Quant_q"
    return %q
  }
}
---
# a channel with a falling function has its weights negated
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    %g = core.constant() {value = dense<tensor<2xf32>, [1.0, -1.0]>}
    %m = nn.mul(%y, %g)
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %bits = core.constant() {value = dense<tensor<f32>, [2.0]>}
    %q = nn.quant(%m, %one, %zero, %bits) {signed = false} @"net.onnx":"Quant_q"
    return %q
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu4>) {
    %0 = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, 1, -3]>} : tensor<2x2xi3> @"net.onnx":"MatMul_0"
    %y = q.matmul(%x, %0) {elem = "i7"} : tensor<1x2xi7> @"net.onnx":"MatMul_0"
    %1 = core.constant() {value = dense<tensor<1x3xi7>, [2, 3, 6]>} : tensor<1x3xi7> @"net.onnx":"Quant_q"
    %2 = q.threshold(%y, %1) {elem = "u2", bias = 0, axis = -1} : tensor<1x2xu2> @"net.onnx":"Quant_q"
    return %2
  }
  tail(%0: tensor<1x2xu2>) {
    %1 = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %2 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %q = nn.dequantize(%0, %1, %2) : tensor<1x2xf32> @"net.onnx":"Quant_q"
    return %q
  }
}
---
# a product that something else reads keeps its weights, and a sign stands before the thresholds
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    %g = core.constant() {value = dense<tensor<2xf32>, [1.0, -1.0]>}
    %m = nn.mul(%y, %g)
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %bits = core.constant() {value = dense<tensor<f32>, [2.0]>}
    %q = nn.quant(%m, %one, %zero, %bits) {signed = false} @"net.onnx":"Quant_q"
    return %q, %y
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu4>) {
    %0 = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, -1, 3]>} : tensor<2x2xi3> @"net.onnx":"MatMul_0"
    %y = q.matmul(%x, %0) {elem = "i7"} : tensor<1x2xi7> @"net.onnx":"MatMul_0"
    %1 = core.constant() {value = dense<tensor<2xi2>, [1, -1]>} : tensor<2xi2>
    %2 = core.constant() {value = dense<tensor<1xi2>, [0]>} : tensor<1xi2>
    %y_1 = q.affine(%y, %1, %2) {elem = "i7", axis = 1} : tensor<1x2xi7>
    %3 = core.constant() {value = dense<tensor<1x3xi7>, [2, 3, 6]>} : tensor<1x3xi7> @"net.onnx":"Quant_q"
    %4 = q.threshold(%y_1, %3) {elem = "u2", bias = 0, axis = -1} : tensor<1x2xu2> @"net.onnx":"Quant_q"
    return %4, %y
  }
  tail(%0: tensor<1x2xu2>, %y: tensor<1x2xi7>) {
    %1 = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %2 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %q = nn.dequantize(%0, %1, %2) : tensor<1x2xf32> @"net.onnx":"Quant_q"
    %3 = core.constant() {value = dense<tensor<f32>, [0.5]>} : tensor<f32>
    %4 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %y_1 = nn.dequantize(%y, %3, %4) : tensor<1x2xf32>
    return %q, %y_1
  }
}
---
# a gain of 0 makes a constant channel: each of its thresholds is reached by all sums or by none
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    %g = core.constant() {value = dense<tensor<2xf32>, [0.0, 1.0]>}
    %b = core.constant() {value = dense<tensor<2xf32>, [1.25, 0.0]>}
    %m = nn.mul(%y, %g)
    %n = nn.add(%m, %b)
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %bits = core.constant() {value = dense<tensor<f32>, [2.0]>}
    %q = nn.quant(%n, %one, %zero, %bits) {signed = false} @"net.onnx":"Quant_q"
    return %q
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu4>) {
    %0 = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, -1, 3]>} : tensor<2x2xi3> @"net.onnx":"MatMul_0"
    %y = q.matmul(%x, %0) {elem = "i7"} : tensor<1x2xi7> @"net.onnx":"MatMul_0"
    %1 = core.constant() {value = dense<tensor<2x3xi7>, [0, 46, 46, 2, 3, 6]>} : tensor<2x3xi7> @"net.onnx":"Quant_q"
    %2 = q.threshold(%y, %1) {elem = "u2", bias = 0, axis = 1} : tensor<1x2xu2> @"net.onnx":"Quant_q"
    return %2
  }
  tail(%0: tensor<1x2xu2>) {
    %1 = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %2 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %q = nn.dequantize(%0, %1, %2) : tensor<1x2xf32> @"net.onnx":"Quant_q"
    return %q
  }
}
---
# channels of one function and different ranges share thresholds over the whole range
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [0.0, -3.0, 0.0, 3.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %bits = core.constant() {value = dense<tensor<f32>, [2.0]>}
    %q = nn.quant(%y, %one, %zero, %bits) {signed = false} @"net.onnx":"Quant_q"
    return %q
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu4>) {
    %0 = core.constant() {value = dense<tensor<2x2xi3>, [0, 0, -3, 3]>} : tensor<2x2xi3> @"net.onnx":"MatMul_0"
    %y = q.matmul(%x, %0) {elem = "i7"} : tensor<1x2xi7> @"net.onnx":"MatMul_0"
    %1 = core.constant() {value = dense<tensor<1x3xi7>, [1, 2, 3]>} : tensor<1x3xi7> @"net.onnx":"Quant_q"
    %2 = q.threshold(%y, %1) {elem = "u2", bias = 0, axis = -1} : tensor<1x2xu2> @"net.onnx":"Quant_q"
    return %2
  }
  tail(%0: tensor<1x2xu2>) {
    %1 = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %2 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %q = nn.dequantize(%0, %1, %2) : tensor<1x2xf32> @"net.onnx":"Quant_q"
    return %q
  }
}
---
# a function that is not monotone becomes a table over the whole range of all channels
module "m" {
  main(%x: tensor<1x2xu2>) {
    %s = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [0.0, -1.0, 0.0, 1.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    %a = nn.abs(%y)
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %bits = core.constant() {value = dense<tensor<f32>, [2.0]>}
    %q = nn.quant(%a, %one, %zero, %bits) {signed = false} @"net.onnx":"Quant_q"
    return %q
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu2>) {
    %0 = core.constant() {value = dense<tensor<2x2xi2>, [0, 0, -1, 1]>} : tensor<2x2xi2> @"net.onnx":"MatMul_0"
    %y = q.matmul(%x, %0) {elem = "i3"} : tensor<1x2xi3> @"net.onnx":"MatMul_0"
    %1 = core.constant() {value = dense<tensor<1x7xu2>, [3, 2, 1, 0, 1, 2, 3]>} : tensor<1x7xu2> @"net.onnx":"Quant_q"
    %2 = q.lookup(%y, %1) {elem = "u2", lo = -3, axis = -1} : tensor<1x2xu2> @"net.onnx":"Quant_q"
    return %2
  }
  tail(%0: tensor<1x2xu2>) {
    %1 = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %2 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %q = nn.dequantize(%0, %1, %2) : tensor<1x2xf32> @"net.onnx":"Quant_q"
    return %q
  }
}
---
# a function that skips most of its codes becomes a table
module "m" {
  main(%x: tensor<1x2xu1>) {
    %s = core.constant() {value = dense<tensor<f32>, [64.0]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x1xf32>, [1.0, 1.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %bits = core.constant() {value = dense<tensor<f32>, [8.0]>}
    %q = nn.quant(%y, %one, %zero, %bits) {signed = false} @"net.onnx":"Quant_q"
    return %q
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu1>) {
    %0 = core.constant() {value = dense<tensor<1x2xbipolar>, [1, 1]>} : tensor<1x2xbipolar> @"net.onnx":"MatMul_0"
    %y = q.matmul(%x, %0) {elem = "u2"} : tensor<1x1xu2> @"net.onnx":"MatMul_0"
    %1 = core.constant() {value = dense<tensor<1x3xu8>, [0, 64, 128]>} : tensor<1x3xu8> @"net.onnx":"Quant_q"
    %2 = q.lookup(%y, %1) {elem = "u8", lo = 0, axis = -1} : tensor<1x1xu8> @"net.onnx":"Quant_q"
    return %2
  }
  tail(%0: tensor<1x1xu8>) {
    %1 = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %2 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %q = nn.dequantize(%0, %1, %2) : tensor<1x1xf32> @"net.onnx":"Quant_q"
    return %q
  }
}
---
# a quantizer that gives back its codes is none
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %half = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %bits = core.constant() {value = dense<tensor<f32>, [4.0]>}
    %q = nn.quant(%d, %half, %zero, %bits) {signed = false} @"net.onnx":"Quant_q"
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%q, %w)
    return %y
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu4>) {
    %0 = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, -1, 3]>} : tensor<2x2xi3>
    %y = q.matmul(%x, %0) {elem = "i7"} : tensor<1x2xi7>
    return %y
  }
  tail(%y: tensor<1x2xi7>) {
    %0 = core.constant() {value = dense<tensor<f32>, [0.5]>} : tensor<f32>
    %1 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %y_1 = nn.dequantize(%y, %0, %1) : tensor<1x2xf32>
    return %y_1
  }
}
---
# a ReLU behind a quantizer keeps the grid: its codes feed the product
module "m" {
  main(%x: tensor<1x2xi3>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %r = nn.relu(%d)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%r, %w)
    return %y
  }
}
==>
module "m" {
  main(%x: tensor<1x2xi3>) {
    %0 = core.constant() {value = dense<tensor<1x3xi3>, [1, 2, 3]>} : tensor<1x3xi3>
    %y = q.threshold(%x, %0) {elem = "u2", bias = 0, axis = -1} : tensor<1x2xu2>
    %1 = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, -1, 3]>} : tensor<2x2xi3>
    %y_1 = q.matmul(%y, %1) {elem = "i5"} : tensor<1x2xi5>
    return %y_1
  }
  tail(%y: tensor<1x2xi5>) {
    %0 = core.constant() {value = dense<tensor<f32>, [0.5]>} : tensor<f32>
    %1 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %y_1 = nn.dequantize(%y, %0, %1) : tensor<1x2xf32>
    return %y_1
  }
}
---
# a bit that stands for -1 and +1 is bipolar, once for both of its readers
module "m" {
  main(%x: tensor<1x2xu1>) {
    %two = core.constant() {value = dense<tensor<f32>, [2.0]>}
    %s = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %m1 = core.constant() {value = dense<tensor<f32>, [-1.0]>}
    %t = nn.mul(%d, %two)
    %b = nn.add(%t, %m1)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%b, %w)
    %v = nn.matmul(%b, %w)
    return %y, %v
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu1>) {
    %0 = core.constant() {value = dense<tensor<1x1xu1>, [1]>} : tensor<1x1xu1>
    %x_1 = q.threshold(%x, %0) {elem = "bipolar", bias = 0, axis = -1} : tensor<1x2xbipolar>
    %1 = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, -1, 3]>} : tensor<2x2xi3>
    %y = q.matmul(%x_1, %1) {elem = "i4"} : tensor<1x2xi4>
    %2 = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, -1, 3]>} : tensor<2x2xi3>
    %v = q.matmul(%x_1, %2) {elem = "i4"} : tensor<1x2xi4>
    return %y, %v
  }
  tail(%y: tensor<1x2xi4>, %v: tensor<1x2xi4>) {
    %0 = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %1 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %y_1 = nn.dequantize(%y, %0, %1) : tensor<1x2xf32>
    %2 = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %3 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %v_1 = nn.dequantize(%v, %2, %3) : tensor<1x2xf32>
    return %y_1, %v_1
  }
}
---
# two readers of values on a grid share one set of codes
module "m" {
  main(%x: tensor<1x2xi3>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %r = nn.relu(%d)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %v = core.constant() {value = dense<tensor<2x1xf32>, [1.0, -2.0]>}
    %y = nn.matmul(%r, %w)
    %u = nn.matmul(%r, %v)
    return %y, %u
  }
}
==>
module "m" {
  main(%x: tensor<1x2xi3>) {
    %0 = core.constant() {value = dense<tensor<1x3xi3>, [1, 2, 3]>} : tensor<1x3xi3>
    %y = q.threshold(%x, %0) {elem = "u2", bias = 0, axis = -1} : tensor<1x2xu2>
    %1 = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, -1, 3]>} : tensor<2x2xi3>
    %y_1 = q.matmul(%y, %1) {elem = "i5"} : tensor<1x2xi5>
    %2 = core.constant() {value = dense<tensor<1x2xi2>, [1, -2]>} : tensor<1x2xi2>
    %u = q.matmul(%y, %2) {elem = "i4"} : tensor<1x1xi4>
    return %y_1, %u
  }
  tail(%y: tensor<1x2xi5>, %u: tensor<1x1xi4>) {
    %0 = core.constant() {value = dense<tensor<f32>, [0.5]>} : tensor<f32>
    %1 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %y_1 = nn.dequantize(%y, %0, %1) : tensor<1x2xf32>
    %2 = core.constant() {value = dense<tensor<f32>, [0.5]>} : tensor<f32>
    %3 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %u_1 = nn.dequantize(%u, %2, %3) : tensor<1x1xf32>
    return %y_1, %u_1
  }
}
---
# input channels whose scales are small multiples scale the weights
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<2xf32>, [0.25, -0.75]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    return %y
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu4>) {
    %0 = core.constant() {value = dense<tensor<2x2xi5>, [1, -6, -1, -9]>} : tensor<2x2xi5> @"net.onnx":"MatMul_0"
    %y = q.matmul(%x, %0) {elem = "i9"} : tensor<1x2xi9> @"net.onnx":"MatMul_0"
    return %y
  }
  tail(%y: tensor<1x2xi9>) {
    %0 = core.constant() {value = dense<tensor<f32>, [0.25]>} : tensor<f32>
    %1 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %y_1 = nn.dequantize(%y, %0, %1) : tensor<1x2xf32>
    return %y_1
  }
}
---
# an input channel of gain 0 leaves only its bias
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %g = core.constant() {value = dense<tensor<2xf32>, [0.0, 1.0]>}
    %b = core.constant() {value = dense<tensor<2xf32>, [3.0, 0.0]>}
    %m = nn.mul(%d, %g)
    %n = nn.add(%m, %b)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%n, %w)
    return %y
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu4>) {
    %0 = core.constant() {value = dense<tensor<2x2xu2>, [0, 2, 0, 3]>} : tensor<2x2xu2>
    %y = q.matmul(%x, %0) {elem = "u6"} : tensor<1x2xu6>
    return %y
  }
  tail(%y: tensor<1x2xu6>) {
    %0 = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %1 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %2 = nn.dequantize(%y, %0, %1) : tensor<1x2xf32>
    %3 = core.constant() {value = dense<tensor<1x2xf32>, [3.0, -3.0]>} : tensor<1x2xf32>
    %y_1 = nn.add(%2, %3) : tensor<1x2xf32>
    return %y_1
  }
}
---
# a zero point of the input becomes a bias of the output
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [3.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %bits = core.constant() {value = dense<tensor<f32>, [2.0]>}
    %q = nn.quant(%y, %one, %zero, %bits) {signed = true} @"net.onnx":"Quant_q"
    return %q
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu4>) {
    %0 = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, -1, 3]>} : tensor<2x2xi3> @"net.onnx":"MatMul_0"
    %y = q.matmul(%x, %0) {elem = "i7"} : tensor<1x2xi7> @"net.onnx":"MatMul_0"
    %1 = core.constant() {value = dense<tensor<2x3xi7>, [7, 8, 11, 4, 5, 8]>} : tensor<2x3xi7> @"net.onnx":"Quant_q"
    %2 = q.threshold(%y, %1) {elem = "i2", bias = -2, axis = 1} : tensor<1x2xi2> @"net.onnx":"Quant_q"
    return %2
  }
  tail(%0: tensor<1x2xi2>) {
    %1 = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %2 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %q = nn.dequantize(%0, %1, %2) : tensor<1x2xf32> @"net.onnx":"Quant_q"
    return %q
  }
}
---
# weights keep their integers through quantizer, transpose, sign and scale
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %r = core.constant() {value = dense<tensor<2x2xf32>, [0.3, 0.9, -0.3, 0.6]>}
    %ws = core.constant() {value = dense<tensor<2x1xf32>, [0.3, 0.3]>}
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %bits = core.constant() {value = dense<tensor<f32>, [3.0]>}
    %wq = nn.quant(%r, %ws, %zero, %bits) {signed = true}
    %wt = nn.transpose(%wq) {perm = [1, 0]}
    %wn = nn.neg(%wt)
    %h = core.constant() {value = dense<tensor<2xf32>, [0.5, 2.0]>}
    %wh = nn.mul(%wn, %h)
    %y = nn.matmul(%d, %wh)
    return %y
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu4>) {
    %0 = core.constant() {value = dense<tensor<2x2xi3>, [1, 3, -1, 2]>} : tensor<2x2xi3>
    %y = q.matmul(%x, %0) {elem = "i7"} : tensor<1x2xi7>
    return %y
  }
  tail(%y: tensor<1x2xi7>) {
    %0 = core.constant() {value = dense<tensor<1x2xf32>, [-0.15, -0.6]>} : tensor<1x2xf32>
    %1 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %y_1 = nn.dequantize(%y, %0, %1) : tensor<1x2xf32>
    return %y_1
  }
}
---
# weights of one scale an input channel take integer ratios into their integers
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %c = core.constant() {value = dense<tensor<2x2xi4>, [1, -2, 3, 1]>}
    %ws = core.constant() {value = dense<tensor<2x1xf32>, [0.1, 0.30000000000000004]>}
    %wz = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %w = nn.dequantize(%c, %ws, %wz)
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    return %y
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu4>) {
    %0 = core.constant() {value = dense<tensor<2x2xi5>, [1, 9, -2, 3]>} : tensor<2x2xi5> @"net.onnx":"MatMul_0"
    %y = q.matmul(%x, %0) {elem = "i9"} : tensor<1x2xi9> @"net.onnx":"MatMul_0"
    return %y
  }
  tail(%y: tensor<1x2xi9>) {
    %0 = core.constant() {value = dense<tensor<f32>, [0.1]>} : tensor<f32>
    %1 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %y_1 = nn.dequantize(%y, %0, %1) : tensor<1x2xf32>
    return %y_1
  }
}
---
# normalization behind an unsqueeze belongs to its channels
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    %u = nn.unsqueeze(%y) {axes = [2]}
    %g = core.constant() {value = dense<tensor<2xf32>, [1.0, -0.5]>}
    %b = core.constant() {value = dense<tensor<2xf32>, [0.25, -0.25]>}
    %me = core.constant() {value = dense<tensor<2xf32>, [0.0, 1.0]>}
    %va = core.constant() {value = dense<tensor<2xf32>, [1.0, 4.0]>}
    %n = nn.batch_norm(%u, %g, %b, %me, %va) {epsilon = 0.0}
    %v = nn.squeeze(%n) {axes = [2]}
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %bits = core.constant() {value = dense<tensor<f32>, [2.0]>}
    %q = nn.quant(%v, %one, %zero, %bits) {signed = false} @"net.onnx":"Quant_q"
    return %q
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu4>) {
    %0 = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, 1, -3]>} : tensor<2x2xi3> @"net.onnx":"MatMul_0"
    %y = q.matmul(%x, %0) {elem = "i7"} : tensor<1x2xi7> @"net.onnx":"MatMul_0"
    %1 = core.constant() {value = dense<tensor<2x3xi7>, [1, 3, 5, 5, 12, 16]>} : tensor<2x3xi7> @"net.onnx":"Quant_q"
    %2 = q.threshold(%y, %1) {elem = "u2", bias = 0, axis = 1} : tensor<1x2xu2> @"net.onnx":"Quant_q"
    return %2
  }
  tail(%0: tensor<1x2xu2>) {
    %1 = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %2 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %q = nn.dequantize(%0, %1, %2) : tensor<1x2xf32> @"net.onnx":"Quant_q"
    return %q
  }
}
---
# scale and bias of a channel spread over the positions that a reshape gives it
module "m" {
  main(%x: tensor<1x2x2xu3>) {
    %s = core.constant() {value = dense<tensor<2x1xf32>, [0.5, 1.0]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %f = nn.reshape(%d) {shape = [1, 4]}
    %w = core.constant() {value = dense<tensor<4x1xf32>, [1.0, 1.0, -1.0, 1.0]>}
    %y = nn.matmul(%f, %w)
    return %y
  }
}
==>
module "m" {
  main(%x: tensor<1x2x2xu3>) {
    %0 = q.reshape(%x) {shape = [1, 4]} : tensor<1x4xu3>
    %1 = core.constant() {value = dense<tensor<1x4xi3>, [1, 1, -2, 2]>} : tensor<1x4xi3>
    %y = q.matmul(%0, %1) {elem = "i6"} : tensor<1x1xi6>
    return %y
  }
  tail(%y: tensor<1x1xi6>) {
    %0 = core.constant() {value = dense<tensor<f32>, [0.5]>} : tensor<f32>
    %1 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %y_1 = nn.dequantize(%y, %0, %1) : tensor<1x1xf32>
    return %y_1
  }
}
---
# what is alike on all channels takes its channels where a constant has them
module "m" {
  main(%x: tensor<1x2x3xu2>) {
    %s = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %c = core.constant() {value = dense<tensor<1x1x3xf32>, [0.5, 1.5, -0.5]>}
    %a = nn.add(%d, %c)
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %bits = core.constant() {value = dense<tensor<f32>, [2.0]>}
    %q = nn.quant(%a, %one, %zero, %bits) {signed = false} @"net.onnx":"Quant_q"
    return %q
  }
}
==>
module "m" {
  main(%x: tensor<1x2x3xu2>) {
    %0 = core.constant() {value = dense<tensor<3x3xu3>, [1, 1, 3, 0, 0, 2, 2, 2, 4]>} : tensor<3x3xu3> @"net.onnx":"Quant_q"
    %1 = q.threshold(%x, %0) {elem = "u2", bias = 0, axis = 2} : tensor<1x2x3xu2> @"net.onnx":"Quant_q"
    return %1
  }
  tail(%0: tensor<1x2x3xu2>) {
    %1 = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %2 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %q = nn.dequantize(%0, %1, %2) : tensor<1x2x3xf32> @"net.onnx":"Quant_q"
    return %q
  }
}
---
# real values that were reshaped are rebuilt on the host in the shapes of the network
module "m" {
  main(%x: tensor<1x4x1xu3>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %a = nn.squeeze(%d) {axes = [2]}
    %b = nn.reshape(%a) {shape = [1, 2, 2]}
    %t = nn.tanh(%b)
    %f = nn.flatten(%b)
    %w = core.constant() {value = dense<tensor<4x1xf32>, [1.0, 1.0, -1.0, 1.0]>}
    %y = nn.matmul(%f, %w)
    return %y, %t
  }
}
==>
module "m" {
  main(%x: tensor<1x4x1xu3>) {
    %0 = q.reshape(%x) {shape = [1, 2, 2]} : tensor<1x2x2xu3>
    %1 = q.reshape(%x) {shape = [1, 4]} : tensor<1x4xu3>
    %2 = core.constant() {value = dense<tensor<1x4xbipolar>, [1, 1, -1, 1]>} : tensor<1x4xbipolar>
    %y = q.matmul(%1, %2) {elem = "i6"} : tensor<1x1xi6>
    return %y, %0
  }
  tail(%y: tensor<1x1xi6>, %0: tensor<1x2x2xu3>) {
    %1 = core.constant() {value = dense<tensor<f32>, [0.5]>} : tensor<f32>
    %2 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %y_1 = nn.dequantize(%y, %1, %2) : tensor<1x1xf32>
    %3 = nn.reshape(%0) {shape = [1, 4, 1]} : tensor<1x4x1xu3>
    %4 = core.constant() {value = dense<tensor<f32>, [0.5]>} : tensor<f32>
    %5 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %d = nn.dequantize(%3, %4, %5) : tensor<1x4x1xf32>
    %6 = nn.reshape(%d) {shape = [1, 4]} : tensor<1x4xf32>
    %7 = nn.reshape(%6) {shape = [1, 2, 2]} : tensor<1x2x2xf32>
    %t = nn.tanh(%7) : tensor<1x2x2xf32>
    return %y_1, %t
  }
}
---
# one integer tensor under two shapes meets itself
module "m" {
  main(%x: tensor<1x2xu3>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %f = nn.reshape(%d) {shape = [2]}
    %g = nn.reshape(%f) {shape = [1, 2]}
    %a = nn.add(%d, %g)
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %bits = core.constant() {value = dense<tensor<f32>, [2.0]>}
    %q = nn.quant(%a, %one, %zero, %bits) {signed = false} @"net.onnx":"Quant_q"
    return %q
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu3>) {
    %0 = core.constant() {value = dense<tensor<1x3xu3>, [1, 2, 3]>} : tensor<1x3xu3> @"net.onnx":"Quant_q"
    %1 = q.threshold(%x, %0) {elem = "u2", bias = 0, axis = -1} : tensor<1x2xu2> @"net.onnx":"Quant_q"
    return %1
  }
  tail(%0: tensor<1x2xu2>) {
    %1 = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %2 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %q = nn.dequantize(%0, %1, %2) : tensor<1x2xf32> @"net.onnx":"Quant_q"
    return %q
  }
}
---
# a quantizer on a real input is the head's work; an input that nothing reads stays an input
module "m" {
  main(%x: tensor<1x2xf32>, %unused: tensor<1xf32>) {
    %c = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %p = nn.sub(%x, %c)
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %bits = core.constant() {value = dense<tensor<f32>, [3.0]>}
    %q = nn.quant(%p, %one, %zero, %bits) {signed = true} @"net.onnx":"Quant_q"
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%q, %w)
    return %y
  }
}
==>
module "m" {
  head(%x: tensor<1x2xf32>, %unused: tensor<1xf32>) {
    %c = core.constant() {value = dense<tensor<f32>, [0.5]>} : tensor<f32>
    %p = nn.sub(%x, %c) : tensor<1x2xf32>
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %0 = core.constant() {value = dense<tensor<f64>, [-4.0]>} : tensor<f64>
    %1 = core.constant() {value = dense<tensor<f64>, [3.0]>} : tensor<f64>
    %2 = nn.quantize(%p, %one, %zero, %0, %1) {elem = "i3", rounding = "ROUND", round_first = false} : tensor<1x2xi3> @"net.onnx":"Quant_q"
    return %2
  }
  main(%0: tensor<1x2xi3>) {
    %1 = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, -1, 3]>} : tensor<2x2xi3>
    %y = q.matmul(%0, %1) {elem = "i5"} : tensor<1x2xi5>
    return %y
  }
  tail(%y: tensor<1x2xi5>) {
    %0 = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %1 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %y_1 = nn.dequantize(%y, %0, %1) : tensor<1x2xf32>
    return %y_1
  }
}
---
# intermediate values, constants and one value twice are outputs
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %bits = core.constant() {value = dense<tensor<f32>, [2.0]>}
    %q = nn.quant(%y, %one, %zero, %bits) {signed = false} @"net.onnx":"Quant_q"
    %v = core.constant() {value = dense<tensor<2x1xf32>, [1.0, 1.0]>}
    %k = nn.add(%one, %one)
    %u = nn.matmul(%q, %v)
    return %q, %u, %q, %k
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu4>) {
    %0 = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, -1, 3]>} : tensor<2x2xi3> @"net.onnx":"MatMul_0"
    %y = q.matmul(%x, %0) {elem = "i7"} : tensor<1x2xi7> @"net.onnx":"MatMul_0"
    %1 = core.constant() {value = dense<tensor<1x3xi7>, [2, 3, 6]>} : tensor<1x3xi7> @"net.onnx":"Quant_q"
    %2 = q.threshold(%y, %1) {elem = "u2", bias = 0, axis = -1} : tensor<1x2xu2> @"net.onnx":"Quant_q"
    %3 = core.constant() {value = dense<tensor<1x2xbipolar>, [1, 1]>} : tensor<1x2xbipolar>
    %u = q.matmul(%2, %3) {elem = "u3"} : tensor<1x1xu3>
    return %2, %u
  }
  tail(%0: tensor<1x2xu2>, %u: tensor<1x1xu3>) {
    %1 = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %2 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %q = nn.dequantize(%0, %1, %2) : tensor<1x2xf32> @"net.onnx":"Quant_q"
    %3 = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %4 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %u_1 = nn.dequantize(%u, %3, %4) : tensor<1x1xf32>
    %k = core.constant() {value = dense<tensor<f32>, [2.0]>} : tensor<f32>
    return %q, %u_1, %q, %k
  }
}
---
# one value feeds two quantizers
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %bits = core.constant() {value = dense<tensor<f32>, [2.0]>}
    %q = nn.quant(%y, %one, %zero, %bits) {signed = false} @"net.onnx":"Quant_q"
    %big = core.constant() {value = dense<tensor<f32>, [2.0]>}
    %p = nn.quant(%y, %big, %zero, %bits) {signed = true} @"net.onnx":"Quant_p"
    return %q, %p
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu4>) {
    %0 = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, -1, 3]>} : tensor<2x2xi3> @"net.onnx":"MatMul_0"
    %y = q.matmul(%x, %0) {elem = "i7"} : tensor<1x2xi7> @"net.onnx":"MatMul_0"
    %1 = core.constant() {value = dense<tensor<1x3xi7>, [2, 3, 6]>} : tensor<1x3xi7> @"net.onnx":"Quant_q"
    %2 = q.threshold(%y, %1) {elem = "u2", bias = 0, axis = -1} : tensor<1x2xu2> @"net.onnx":"Quant_q"
    %3 = core.constant() {value = dense<tensor<1x3xi7>, [-5, -2, 3]>} : tensor<1x3xi7> @"net.onnx":"Quant_p"
    %4 = q.threshold(%y, %3) {elem = "i2", bias = -2, axis = -1} : tensor<1x2xi2> @"net.onnx":"Quant_p"
    return %2, %4
  }
  tail(%0: tensor<1x2xu2>, %1: tensor<1x2xi2>) {
    %2 = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %3 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %q = nn.dequantize(%0, %2, %3) : tensor<1x2xf32> @"net.onnx":"Quant_q"
    %4 = core.constant() {value = dense<tensor<f32>, [2.0]>} : tensor<f32>
    %5 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %p = nn.dequantize(%1, %4, %5) : tensor<1x2xf32> @"net.onnx":"Quant_p"
    return %q, %p
  }
}
---
# classes of one scale are compared on the device
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    %h = core.constant() {value = dense<tensor<f32>, [0.3]>}
    %m = nn.mul(%y, %h)
    %c = nn.arg_max(%m) {axis = 1, keepdims = false}
    return %c
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu4>) {
    %0 = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, -1, 3]>} : tensor<2x2xi3> @"net.onnx":"MatMul_0"
    %y = q.matmul(%x, %0) {elem = "i7"} : tensor<1x2xi7> @"net.onnx":"MatMul_0"
    %c = q.argmax(%y) {keep_dims = true} : tensor<1x1xu1>
    %1 = q.reshape(%c) {shape = [1]} : tensor<1xu1>
    return %1
  }
  tail(%0: tensor<1xu1>) {
    %c = nn.cast(%0) {to = "i64"} : tensor<1xi64>
    return %c
  }
}
---
# classes of different scales are compared on the host
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    %h = core.constant() {value = dense<tensor<2xf32>, [0.25, 0.5]>}
    %m = nn.mul(%y, %h)
    %c = nn.arg_max(%m) {axis = 1, keepdims = false}
    return %c
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu4>) {
    %0 = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, -1, 3]>} : tensor<2x2xi3> @"net.onnx":"MatMul_0"
    %y = q.matmul(%x, %0) {elem = "i7"} : tensor<1x2xi7> @"net.onnx":"MatMul_0"
    return %y
  }
  tail(%y: tensor<1x2xi7>) {
    %0 = core.constant() {value = dense<tensor<f32>, [0.5]>} : tensor<f32>
    %1 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %2 = nn.dequantize(%y, %0, %1) : tensor<1x2xf32>
    %3 = core.constant() {value = dense<tensor<2xf32>, [0.25, 0.5]>} : tensor<2xf32>
    %m = nn.mul(%2, %3) : tensor<1x2xf32>
    %c = nn.arg_max(%m) {axis = 1, keepdims = false, select_last_index = false} : tensor<1xi64>
    return %c
  }
}
---
# classes of one negative scale are compared on the host
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    %m = nn.neg(%y)
    %c = nn.arg_max(%m) {axis = 1, keepdims = false}
    return %c
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu4>) {
    %0 = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, -1, 3]>} : tensor<2x2xi3> @"net.onnx":"MatMul_0"
    %y = q.matmul(%x, %0) {elem = "i7"} : tensor<1x2xi7> @"net.onnx":"MatMul_0"
    return %y
  }
  tail(%y: tensor<1x2xi7>) {
    %0 = core.constant() {value = dense<tensor<f32>, [0.5]>} : tensor<f32>
    %1 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %2 = nn.dequantize(%y, %0, %1) : tensor<1x2xf32>
    %m = nn.neg(%2) : tensor<1x2xf32>
    %c = nn.arg_max(%m) {axis = 1, keepdims = false, select_last_index = false} : tensor<1xi64>
    return %c
  }
}
---
# the class alone of the greatest comes from the device
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    %v, %c = nn.top_k(%y) {k = 1}
    return %c
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu4>) {
    %0 = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, -1, 3]>} : tensor<2x2xi3> @"net.onnx":"MatMul_0"
    %y = q.matmul(%x, %0) {elem = "i7"} : tensor<1x2xi7> @"net.onnx":"MatMul_0"
    %c = q.argmax(%y) {keep_dims = true} : tensor<1x1xu1>
    return %c
  }
  tail(%c: tensor<1x1xu1>) {
    %c_1 = nn.cast(%c) {to = "i64"} : tensor<1x1xi64>
    return %c_1
  }
}
---
# the greatest value as well comes from the host
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    %v, %c = nn.top_k(%y) {k = 1}
    return %v, %c
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu4>) {
    %0 = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, -1, 3]>} : tensor<2x2xi3> @"net.onnx":"MatMul_0"
    %y = q.matmul(%x, %0) {elem = "i7"} : tensor<1x2xi7> @"net.onnx":"MatMul_0"
    return %y
  }
  tail(%y: tensor<1x2xi7>) {
    %0 = core.constant() {value = dense<tensor<f32>, [0.5]>} : tensor<f32>
    %1 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %y_1 = nn.dequantize(%y, %0, %1) : tensor<1x2xf32>
    %v, %c = nn.top_k(%y_1) {k = 1, axis = -1, largest = true, sorted = true} : tensor<1x1xf32>, tensor<1x1xi64>
    return %v, %c
  }
}
---
# softmax stays on the host
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    %v = nn.softmax(%y) {axis = -1}
    return %v
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu4>) {
    %0 = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, -1, 3]>} : tensor<2x2xi3> @"net.onnx":"MatMul_0"
    %y = q.matmul(%x, %0) {elem = "i7"} : tensor<1x2xi7> @"net.onnx":"MatMul_0"
    return %y
  }
  tail(%y: tensor<1x2xi7>) {
    %0 = core.constant() {value = dense<tensor<f32>, [0.5]>} : tensor<f32>
    %1 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %y_1 = nn.dequantize(%y, %0, %1) : tensor<1x2xf32>
    %v = nn.softmax(%y_1) {axis = -1} : tensor<1x2xf32>
    return %v
  }
}
---
# a comparison at an output is a bit of the device
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    %h = core.constant() {value = dense<tensor<2xf32>, [0.25, 5.0]>}
    %v = nn.greater(%y, %h)
    return %v
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu4>) {
    %0 = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, -1, 3]>} : tensor<2x2xi3> @"net.onnx":"MatMul_0"
    %y = q.matmul(%x, %0) {elem = "i7"} : tensor<1x2xi7> @"net.onnx":"MatMul_0"
    %1 = core.constant() {value = dense<tensor<2x1xi7>, [1, 11]>} : tensor<2x1xi7>
    %v = q.threshold(%y, %1) {elem = "bool", bias = 0, axis = 1} : tensor<1x2xbool>
    return %v
  }
}
---
# a comparison on the way is part of the function
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    %h = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %l = core.constant() {value = dense<tensor<f32>, [0.25]>}
    %v = nn.greater(%y, %h)
    %n = nn.mul(%y, %l)
    %k = nn.where(%v, %y, %n)
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %bits = core.constant() {value = dense<tensor<f32>, [2.0]>}
    %q = nn.quant(%k, %one, %zero, %bits) {signed = true} @"net.onnx":"Quant_q"
    return %q
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu4>) {
    %0 = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, -1, 3]>} : tensor<2x2xi3> @"net.onnx":"MatMul_0"
    %y = q.matmul(%x, %0) {elem = "i7"} : tensor<1x2xi7> @"net.onnx":"MatMul_0"
    %1 = core.constant() {value = dense<tensor<1x3xi7>, [-11, -4, 2]>} : tensor<1x3xi7> @"net.onnx":"Quant_q"
    %2 = q.threshold(%y, %1) {elem = "i2", bias = -2, axis = -1} : tensor<1x2xi2> @"net.onnx":"Quant_q"
    return %2
  }
  tail(%0: tensor<1x2xi2>) {
    %1 = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %2 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %q = nn.dequantize(%0, %1, %2) : tensor<1x2xf32> @"net.onnx":"Quant_q"
    return %q
  }
}
---
# integer arithmetic on codes wraps as the network's does
module "m" {
  main(%x: tensor<1x2xu4>) {
    %k = core.constant() {value = dense<tensor<u4>, [9]>}
    %a = nn.add(%x, %k)
    %c = nn.cast(%a) {to = "f32"}
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%c, %w)
    return %y
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu4>) {
    %0 = core.constant() {value = dense<tensor<1x16xu4>, [9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7, 8]>} : tensor<1x16xu4>
    %y = q.lookup(%x, %0) {elem = "u4", lo = 0, axis = -1} : tensor<1x2xu4>
    %1 = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, -1, 3]>} : tensor<2x2xi3>
    %y_1 = q.matmul(%y, %1) {elem = "i7"} : tensor<1x2xi7>
    return %y_1
  }
  tail(%y: tensor<1x2xi7>) {
    %0 = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %1 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %y_1 = nn.dequantize(%y, %0, %1) : tensor<1x2xf32>
    return %y_1
  }
}
---
# bits and scales of a channel make codes of a channel
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    %sc = core.constant() {value = dense<tensor<1x2xf32>, [0.5, 1.0]>}
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %bits = core.constant() {value = dense<tensor<1x2xf32>, [1.0, 2.5]>}
    %q = nn.quant(%y, %sc, %zero, %bits) {signed = false}
    return %q
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu4>) {
    %0 = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, -1, 3]>} : tensor<2x2xi3> @"net.onnx":"MatMul_0"
    %y = q.matmul(%x, %0) {elem = "i7"} : tensor<1x2xi7> @"net.onnx":"MatMul_0"
    %1 = core.constant() {value = dense<tensor<2x5xi7>, [1, 46, 46, 46, 46, 2, 3, 6, 7, 10]>} : tensor<2x5xi7>
    %2 = q.threshold(%y, %1) {elem = "u3", bias = 0, axis = 1} : tensor<1x2xu3>
    return %2
  }
  tail(%0: tensor<1x2xu3>) {
    %1 = core.constant() {value = dense<tensor<1x2xf32>, [0.5, 1.0]>} : tensor<1x2xf32>
    %2 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %q = nn.dequantize(%0, %1, %2) : tensor<1x2xf32>
    return %q
  }
}
---
# channels of which some are bipolar find their codes on a grid
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    %sc = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %bits = core.constant() {value = dense<tensor<1x2xf32>, [1.0, 2.0]>}
    %q = nn.quant(%y, %sc, %zero, %bits) {signed = true}
    %v = core.constant() {value = dense<tensor<2x1xf32>, [1.0, 3.0]>}
    %u = nn.matmul(%q, %v)
    return %u
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu4>) {
    %0 = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, -1, 3]>} : tensor<2x2xi3> @"net.onnx":"MatMul_0"
    %y = q.matmul(%x, %0) {elem = "i7"} : tensor<1x2xi7> @"net.onnx":"MatMul_0"
    %1 = core.constant() {value = dense<tensor<2x3xi7>, [0, 0, 0, -2, -1, 2]>} : tensor<2x3xi7>
    %u = q.threshold(%y, %1) {elem = "i2", bias = -2, axis = 1} : tensor<1x2xi2>
    %2 = core.constant() {value = dense<tensor<1x2xu2>, [1, 3]>} : tensor<1x2xu2>
    %u_1 = q.matmul(%u, %2) {elem = "i4"} : tensor<1x1xi4>
    return %u_1
  }
  tail(%u: tensor<1x1xi4>) {
    %0 = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %1 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %u_1 = nn.dequantize(%u, %0, %1) : tensor<1x1xf32>
    return %u_1
  }
}

note: `split-quant` leaves `nn.quant`: some of its channels are bipolar. [core/missed-rewrite]
---
# a network in float64 keeps its type
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f64>, [0.5]>}
    %w = core.constant() {value = dense<tensor<2x2xf64>, [1.0, -1.0, 2.0, 3.0]>}
    %b = core.constant() {value = dense<tensor<2xf64>, [0.1, 0.2]>}
    %c = nn.cast(%x) {to = "f64"}
    %d = nn.mul(%c, %s)
    %y = nn.gemm(%d, %w, %b) {alpha = 0.5, beta = 3.0}
    %one = core.constant() {value = dense<tensor<f64>, [1.0]>}
    %zero = core.constant() {value = dense<tensor<f64>, [0.0]>}
    %bits = core.constant() {value = dense<tensor<f64>, [2.0]>}
    %q = nn.quant(%y, %one, %zero, %bits) {signed = true}
    return %y, %q
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu4>) {
    %0 = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, -1, 3]>} : tensor<2x2xi3>
    %1 = q.matmul(%x, %0) {elem = "i7"} : tensor<1x2xi7>
    %2 = core.constant() {value = dense<tensor<2x3xi7>, [0, 0, 1, -8, -4, 0]>} : tensor<2x3xi7>
    %3 = q.threshold(%1, %2) {elem = "i2", bias = -2, axis = 1} : tensor<1x2xi2>
    return %1, %3
  }
  tail(%0: tensor<1x2xi7>, %1: tensor<1x2xi2>) {
    %2 = core.constant() {value = dense<tensor<f32>, [0.5]>} : tensor<f32>
    %3 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %4 = nn.dequantize(%0, %2, %3) : tensor<1x2xf32>
    %5 = nn.cast(%4) {to = "f64"} : tensor<1x2xf64>
    %6 = core.constant() {value = dense<tensor<f64>, [0.5]>} : tensor<f64>
    %7 = nn.mul(%5, %6) : tensor<1x2xf64>
    %8 = core.constant() {value = dense<tensor<2xf64>, [0.30000000000000004, 0.6000000000000001]>} : tensor<2xf64>
    %y = nn.add(%7, %8) : tensor<1x2xf64>
    %9 = core.constant() {value = dense<tensor<f64>, [1.0]>} : tensor<f64>
    %10 = core.constant() {value = dense<tensor<f64>, [0.0]>} : tensor<f64>
    %11 = nn.dequantize(%1, %9, %10) : tensor<1x2xf32>
    %q = nn.cast(%11) {to = "f64"} : tensor<1x2xf64>
    return %y, %q
  }
}
---
# what the host did after the network before, it does after the device
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    return %y
  }
  tail(%p: tensor<1x2xf32>) {
    %c = nn.softmax(%p) {axis = -1}
    return %c
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu4>) {
    %0 = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, -1, 3]>} : tensor<2x2xi3> @"net.onnx":"MatMul_0"
    %y = q.matmul(%x, %0) {elem = "i7"} : tensor<1x2xi7> @"net.onnx":"MatMul_0"
    return %y
  }
  tail(%y: tensor<1x2xi7>) {
    %0 = core.constant() {value = dense<tensor<f32>, [0.5]>} : tensor<f32>
    %1 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %y_1 = nn.dequantize(%y, %0, %1) : tensor<1x2xf32>
    %c = nn.softmax(%y_1) {axis = -1} : tensor<1x2xf32>
    return %c
  }
}
---
# a network on integers stays as it is
module "m" {
  main(%x: tensor<1x4x4x2xu4>, %v: tensor<1x2xi4>) {
    %w = core.constant() {value = dense<tensor<2x3x3x2xi2>, [1, 0, -1, 1, 1, 0, 0, 1, -1, -1, 1, 0, 0, 0, 1, 1, -1, 1, 1, 1, 0, -1, 1, 0, 0, 1, -1, -1, 1, 0, 0, 0, 1, 1, -1, 1]>}
    %c = q.conv(%x, %w) {elem = "i10", pads = [1, 1, 1, 1]}
    %p = q.max_pool(%c) {kernel = [2, 2], strides = [2, 2]}
    %a = q.sum_pool(%c) {kernel = [2, 2], strides = [2, 2], elem = "i12"}
    %u = q.upsample(%p) {scales = [2, 2]}
    %j = q.concat(%u, %c)
    %s = q.slice(%j) {first = 1, count = 2}
    %t = core.constant() {value = dense<tensor<1x3xi10>, [-3, 0, 4]>}
    %q = q.threshold(%s, %t) {elem = "u2"}
    %f = q.reshape(%q) {shape = [1, 32]}
    %b = core.constant() {value = dense<tensor<1x4xu2>, [3, 1, 0, 2]>}
    %l = q.lookup(%f, %b) {elem = "u2"}
    %m = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, -1, 3]>}
    %d = q.matmul(%v, %m) {elem = "i8"}
    %g = core.constant() {value = dense<tensor<1xi2>, [-1]>}
    %h = core.constant() {value = dense<tensor<1xi4>, [5]>}
    %e = q.affine(%d, %g, %h) {elem = "i9"}
    %z = q.add(%e, %v) {elem = "i12", m = 2, n = 1}
    %k = q.argmax(%z)
    return %k, %l, %a
  }
}
==>
module "m" {
  main(%x: tensor<1x4x4x2xu4>, %v: tensor<1x2xi4>) {
    %w = core.constant() {value = dense<tensor<2x3x3x2xi2>, [1, 0, -1, 1, 1, 0, 0, 1, -1, -1, 1, 0, 0, 0, 1, 1, -1, 1, 1, 1, 0, -1, 1, 0, 0, 1, -1, -1, 1, 0, 0, 0, 1, 1, -1, 1]>} : tensor<2x3x3x2xi2>
    %c = q.conv(%x, %w) {strides = [1, 1], pads = [1, 1, 1, 1], dilations = [1, 1], elem = "i10", groups = 1, pad_value = 0} : tensor<1x4x4x2xi10>
    %p = q.max_pool(%c) {strides = [2, 2], pads = [0, 0, 0, 0], dilations = [1, 1], kernel = [2, 2]} : tensor<1x2x2x2xi10>
    %a = q.sum_pool(%c) {strides = [2, 2], pads = [0, 0, 0, 0], dilations = [1, 1], kernel = [2, 2], elem = "i12"} : tensor<1x2x2x2xi12>
    %u = q.upsample(%p) {scales = [2, 2]} : tensor<1x4x4x2xi10>
    %j = q.concat(%u, %c) : tensor<1x4x4x4xi10>
    %s = q.slice(%j) {first = 1, count = 2} : tensor<1x4x4x2xi10>
    %t = core.constant() {value = dense<tensor<1x3xi10>, [-3, 0, 4]>} : tensor<1x3xi10>
    %q = q.threshold(%s, %t) {elem = "u2", bias = 0, axis = -1} : tensor<1x4x4x2xu2>
    %f = q.reshape(%q) {shape = [1, 32]} : tensor<1x32xu2>
    %b = core.constant() {value = dense<tensor<1x4xu2>, [3, 1, 0, 2]>} : tensor<1x4xu2>
    %l = q.lookup(%f, %b) {elem = "u2", lo = 0, axis = -1} : tensor<1x32xu2>
    %m = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, -1, 3]>} : tensor<2x2xi3>
    %d = q.matmul(%v, %m) {elem = "i8"} : tensor<1x2xi8>
    %g = core.constant() {value = dense<tensor<1xi2>, [-1]>} : tensor<1xi2>
    %h = core.constant() {value = dense<tensor<1xi4>, [5]>} : tensor<1xi4>
    %e = q.affine(%d, %g, %h) {elem = "i9", axis = -1} : tensor<1x2xi9>
    %z = q.add(%e, %v) {elem = "i12", m = 2, n = 1} : tensor<1x2xi12>
    %k = q.argmax(%z) {keep_dims = true} : tensor<1x1xu1>
    return %k, %l, %a
  }
}
---
# the bias of a convolution goes into the thresholds
module "m" {
  main(%x: tensor<1x1x3x3xu2>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x1x2x2xf32>, [1.0, -1.0, 2.0, 3.0, 1.0, 1.0, 1.0, -1.0]>}
    %b = core.constant() {value = dense<tensor<2xf32>, [0.25, -1.5]>}
    %y = nn.conv(%d, %w, %b) @"net.onnx":"Conv_0"
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %bits = core.constant() {value = dense<tensor<f32>, [2.0]>}
    %q = nn.quant(%y, %one, %z, %bits) {signed = false} @"net.onnx":"Quant_0"
    return %q
  }
}
==>
module "m" {
  main(%x: tensor<1x1x3x3xu2>) {
    %0 = q.reshape(%x) {shape = [1, 3, 3, 1]} : tensor<1x3x3x1xu2>
    %1 = core.constant() {value = dense<tensor<2x2x2x1xi3>, [1, -1, 2, 3, 1, 1, 1, -1]>} : tensor<2x2x2x1xi3> @"net.onnx":"Conv_0"
    %2 = q.conv(%0, %1) {strides = [1, 1], pads = [0, 0, 0, 0], dilations = [1, 1], elem = "i6", groups = 1, pad_value = 0} : tensor<1x2x2x2xi6> @"net.onnx":"Conv_0"
    %3 = core.constant() {value = dense<tensor<2x3xi6>, [1, 3, 5, 5, 6, 9]>} : tensor<2x3xi6> @"net.onnx":"Quant_0"
    %4 = q.threshold(%2, %3) {elem = "u2", bias = 0, axis = 3} : tensor<1x2x2x2xu2> @"net.onnx":"Quant_0"
    return %4
  }
  tail(%0: tensor<1x2x2x2xu2>) {
    %1 = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %2 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %3 = nn.dequantize(%0, %1, %2) : tensor<1x2x2x2xf32> @"net.onnx":"Quant_0"
    %q = nn.transpose(%3) {perm = [0, 3, 1, 2]} : tensor<1x2x2x2xf32> @"net.onnx":"Quant_0"
    return %q
  }
}
---
# a scalar is a vector of one
module "m" {
  main(%x: tensor<u4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %bits = core.constant() {value = dense<tensor<f32>, [2.0]>}
    %q = nn.quant(%d, %one, %z, %bits) {signed = false} @"net.onnx":"Quant_0"
    return %q
  }
}
==>
module "m" {
  main(%x: tensor<u4>) {
    %0 = q.reshape(%x) {shape = [1]} : tensor<1xu4>
    %1 = core.constant() {value = dense<tensor<1x3xu4>, [2, 3, 6]>} : tensor<1x3xu4> @"net.onnx":"Quant_0"
    %2 = q.threshold(%0, %1) {elem = "u2", bias = 0, axis = -1} : tensor<1xu2> @"net.onnx":"Quant_0"
    %3 = q.reshape(%2) {shape = []} : tensor<u2>
    return %3
  }
  tail(%0: tensor<u2>) {
    %1 = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %2 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %q = nn.dequantize(%0, %1, %2) : tensor<f32> @"net.onnx":"Quant_0"
    return %q
  }
}
