# accumulator-too-wide
module "m" {
  main(%x: tensor<1x2xu32>) {
    %s = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x1xf32>, [16777215.0, 16777215.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    return %y
  }
}
==>
net.onnx: node MatMul_0: error: `nn.matmul` needs an accumulator of 57 bits; the limit is 53. [streamline/accumulator-too-wide]
  note: raised by pass `streamline/to-integers`
  hint: use fewer bits for its weights or its input
---
# bad-parameter: an infinite scale
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [inf]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z) @"net.onnx":"Dequant_0"
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    return %y
  }
}
==>
net.onnx: node Dequant_0: error: `nn.dequantize` has a `scale` of Infinity. [streamline/bad-parameter]
  note: raised by pass `streamline/to-integers`
  hint: train and export the network again; its parameters are finite, and a scale is not 0
---
# bad-parameter: a scale of 0, computed from constants
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %s0 = nn.mul(%one, %z)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    %q = nn.quantize(%y, %s0, %z, %z, %one) {elem = "u1"} @"net.onnx":"Quant_q"
    return %q
  }
}
==>
net.onnx: node Quant_q: error: `nn.quantize` has a `scale` of 0. [streamline/bad-parameter]
  note: raised by pass `streamline/to-integers`
  hint: train and export the network again; its parameters are finite, and a scale is not 0
---
# bad-parameter: a gain that is no number
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    %z1 = nn.div(%z, %z)
    %m = nn.mul(%y, %z1) @"net.onnx":"Mul_0"
    return %m
  }
}
==>
net.onnx: node Mul_0: error: `nn.mul` has a `b` of NaN. [streamline/bad-parameter]
  note: raised by pass `streamline/to-integers`
  hint: train and export the network again; its parameters are finite, and a scale is not 0
---
# bipolar-padding
module "m" {
  main(%x: tensor<1x1x4x4xbipolar>) {
    %s = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<1x1x3x3xf32>, [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]>}
    %y = nn.conv(%d, %w) {pads = [1, 1, 1, 1]} @"net.onnx":"Conv_0"
    return %y
  }
}
==>
net.onnx: node Conv_0: error: `nn.conv` pads a bipolar image with 0, which is neither −1 nor +1. [streamline/bipolar-padding]
  note: one bit holds −1 and +1 only; a third value would make the datapath two bits wide
  note: raised by pass `streamline/to-integers`
  hint: train with a padding of −1 (a Pad of −1 before the convolution), which costs no bit
---
# unsupported: integers beyond 53 bits
module "m" {
  main(%x: tensor<1x2xi64>) {
    %f = nn.cast(%x) {to = "f32"}
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %bq = core.constant() {value = dense<tensor<f32>, [4.0]>}
    %q = nn.quant(%f, %one, %z, %bq) {signed = true} @"net.onnx":"Quant_q"
    return %q
  }
}
==>
net.onnx: node Quant_q: error: `nn.quantize` cannot run on the device: it reads integers beyond 53 bits. [streamline/unsupported]
  note: the reason lies at `nn.cast`
  note: raised by pass `streamline/to-integers`
  hint: give the input a narrower integer type
---
# near-tie: at a sum of 0 float32 noise may decide, where scales are no powers of two
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.1]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %q = nn.bipolar_quant(%y, %one) @"net.onnx":"Sign_0"
    return %q
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu4>) {
    %0 = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, -1, 3]>} : tensor<2x2xi3> @"net.onnx":"MatMul_0"
    %y = q.matmul(%x, %0) {elem = "i7"} : tensor<1x2xi7> @"net.onnx":"MatMul_0"
    %1 = core.constant() {value = dense<tensor<1x1xi7>, [0]>} : tensor<1x1xi7> @"net.onnx":"Sign_0"
    %2 = q.threshold(%y, %1) {elem = "bipolar", bias = 0, axis = -1} : tensor<1x2xbipolar> @"net.onnx":"Sign_0"
    return %2
  }
  tail(%0: tensor<1x2xbipolar>) {
    %1 = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %2 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %q = nn.dequantize(%0, %1, %2) : tensor<1x2xf32> @"net.onnx":"Sign_0"
    return %q
  }
}

net.onnx: node Sign_0: note: 1 of 1 thresholds of `nn.quantize` lie within float32 rounding noise of a tie. [streamline/near-tie]
  note: thresholds are decided in float64; a float32 execution of the network may give the next code there
---
# near-tie: a power of two is exact, and nothing is said
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.125]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %q = nn.bipolar_quant(%y, %one) @"net.onnx":"Sign_0"
    return %q
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu4>) {
    %0 = core.constant() {value = dense<tensor<2x2xi3>, [1, 2, -1, 3]>} : tensor<2x2xi3> @"net.onnx":"MatMul_0"
    %y = q.matmul(%x, %0) {elem = "i7"} : tensor<1x2xi7> @"net.onnx":"MatMul_0"
    %1 = core.constant() {value = dense<tensor<1x1xi7>, [0]>} : tensor<1x1xi7> @"net.onnx":"Sign_0"
    %2 = q.threshold(%y, %1) {elem = "bipolar", bias = 0, axis = -1} : tensor<1x2xbipolar> @"net.onnx":"Sign_0"
    return %2
  }
  tail(%0: tensor<1x2xbipolar>) {
    %1 = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %2 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %q = nn.dequantize(%0, %1, %2) : tensor<1x2xf32> @"net.onnx":"Sign_0"
    return %q
  }
}
---
# not-monotone
module "m" {
  main(%x: tensor<1x2xu16>) {
    %s = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x1xf32>, [1000.0, -1000.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    %c = nn.cos(%y)
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %bq = core.constant() {value = dense<tensor<f32>, [2.0]>}
    %q = nn.quant(%c, %one, %z, %bq) {signed = true} @"net.onnx":"Quant_q"
    return %q
  }
}
==>
net.onnx: node Quant_q: error: `nn.quantize` ends a function of 131070001 integers that is not monotone; that is too many to tabulate. [streamline/not-monotone]
  note: raised by pass `streamline/to-integers`
  hint: quantize before the non-monotone activation, or use a monotone one
---
# nothing-to-build
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %t = nn.softmax(%d) {axis = -1}
    return %t
  }
}
==>
error: The network has no op that can run on the device. [streamline/nothing-to-build]
  note: raised by pass `streamline/to-integers`
  hint: quantize its weights and activations in training; `gatefold inspect` shows which are
---
# output-needs-input
module "m" {
  main(%x: tensor<1x2xf32>) {
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %bq = core.constant() {value = dense<tensor<f32>, [2.0]>}
    %q = nn.quant(%x, %one, %z, %bq) {signed = true} @"net.onnx":"Quant_q"
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%q, %w)
    %v = nn.add(%x, %one)
    return %y, %v, %x
  }
}
==>
error: Output `v` needs a real network input again, after the device. [streamline/output-needs-input]
  note: raised by pass `streamline/to-integers`
  hint: compute that output apart from the network, or give the input an encoding

error: Output `x` needs a real network input again, after the device. [streamline/output-needs-input]
  note: raised by pass `streamline/to-integers`
  hint: compute that output apart from the network, or give the input an encoding
---
# too-many-thresholds
module "m" {
  main(%x: tensor<1x2xu16>) {
    %s = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x1xf32>, [1000.0, -1000.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %bq = core.constant() {value = dense<tensor<f32>, [28.0]>}
    %q = nn.quant(%y, %one, %z, %bq) {signed = true} @"net.onnx":"Quant_q"
    return %q
  }
}
==>
net.onnx: node Quant_q: error: `nn.quantize` tells 131070001 codes apart, each by a threshold a channel; that is too many. [streamline/too-many-thresholds]
  note: raised by pass `streamline/to-integers`
  hint: quantize it to fewer bits
---
# unbounded-operand: every layer that it stops, and none behind them
module "m" {
  main(%x: tensor<1x2xf32>) {
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %r = nn.relu(%x)
    %y = nn.matmul(%r, %w) @"net.onnx":"MatMul_0"
    %v = nn.matmul(%x, %w) @"net.onnx":"MatMul_1"
    %u = nn.matmul(%v, %w) @"net.onnx":"MatMul_2"
    return %y, %u
  }
}
==>
net.onnx: node MatMul_0: error: `nn.matmul` reads a float value that no quantizer bounds. [streamline/unbounded-operand]
  note: the operand comes from graph input `x`, which has no encoding
  note: raised by pass `streamline/to-integers`
  hint: give the input an encoding, e.g. --input x:uint8:scale=1/255, or insert a quantizer in training

net.onnx: node MatMul_1: error: `nn.matmul` reads a float value that no quantizer bounds. [streamline/unbounded-operand]
  note: the operand comes from graph input `x`, which has no encoding
  note: raised by pass `streamline/to-integers`
  hint: give the input an encoding, e.g. --input x:uint8:scale=1/255, or insert a quantizer in training
---
# unlike-scales
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %t = core.constant() {value = dense<tensor<f32>, [0.12345678]>}
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%d, %w)
    %bq = core.constant() {value = dense<tensor<f32>, [3.0]>}
    %q = nn.quant(%y, %one, %z, %bq) {signed = true} @"net.onnx":"Quant_q"
    %bp = core.constant() {value = dense<tensor<f32>, [3.0]>}
    %p = nn.quant(%y, %t, %z, %bp) {signed = true} @"net.onnx":"Quant_p"
    %a = nn.add(%q, %p) @"net.onnx":"Add_0"
    %u = nn.matmul(%a, %w) @"net.onnx":"MatMul_1"
    return %u
  }
}
==>
net.onnx: node Add_0: error: `nn.add` adds integers of scales 1 and 0.12345678, whose ratio is not that of small integers. [streamline/unlike-scales]
  note: raised by pass `streamline/to-integers`
  hint: give both branches one scale in training, or scales whose ratio is a power of two
---
# unquantized-weights and unsupported: all reasons at once
module "m" {
  main(%x: tensor<2x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [0.3, -1.0, 2.0, 3.1]>}
    %c = core.constant() {value = dense<tensor<2x2xf32>, [1.0, 2.0, 3.0, 4.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    %v = nn.matmul(%c, %d) @"net.onnx":"MatMul_1"
    return %y, %v
  }
}
==>
net.onnx: node MatMul_0: error: `nn.matmul` has weights that are not integers times one scale a neuron. [streamline/unquantized-weights]
  note: raised by pass `streamline/to-integers`
  hint: quantize the weights in training (QONNX Quant on the weight), or export them as integers

net.onnx: node MatMul_1: error: `nn.matmul` cannot run on the device: its first operand is not an activation. [streamline/unsupported]
  note: raised by pass `streamline/to-integers`
  hint: write x·W, not W·x
---
# unsupported: the cause lies before the layer that it stops
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %m = nn.softmax(%d) {axis = -1} @"net.onnx":"Softmax_0"
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%m, %w) @"net.onnx":"MatMul_0"
    %v = nn.matmul(%m, %w) @"net.onnx":"MatMul_1"
    return %y, %v
  }
}
==>
net.onnx: node MatMul_0: error: `nn.matmul` cannot run on the device: it is neither elementwise nor a layer that has an integer form. [streamline/unsupported]
  note: the reason lies at `nn.softmax` (node Softmax_0)
  note: raised by pass `streamline/to-integers`
  hint: replace it, or add a plugin that brings a `streamline.rule` for it
---
# unsupported: parameters within a channel
module "m" {
  main(%x: tensor<2x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %p = core.constant() {value = dense<tensor<2x2xf32>, [1.0, 2.0, 3.0, 4.0]>}
    %m = nn.mul(%d, %p) @"net.onnx":"Mul_0"
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %bq = core.constant() {value = dense<tensor<f32>, [2.0]>}
    %q = nn.quant(%m, %one, %z, %bq) {signed = true} @"net.onnx":"Quant_q"
    return %q
  }
}
==>
net.onnx: node Quant_q: error: `nn.quantize` cannot run on the device: `nn.mul` treats the elements of one channel differently. [streamline/unsupported]
  note: the reason lies at `nn.mul` (node Mul_0)
  note: raised by pass `streamline/to-integers`
  hint: use one parameter a channel
---
# unsupported: elements in another order
module "m" {
  main(%x: tensor<2x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %t = nn.tanh(%d)
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %bq = core.constant() {value = dense<tensor<f32>, [2.0]>}
    %q = nn.quant(%t, %one, %z, %bq) {signed = true} @"net.onnx":"Quant_q"
    %m = nn.transpose(%q) {perm = [1, 0]} @"net.onnx":"Transpose_0"
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%m, %w) @"net.onnx":"MatMul_0"
    return %y
  }
}
==>
net.onnx: node MatMul_0: error: `nn.matmul` cannot run on the device: it changes the order of the elements of a stream. [streamline/unsupported]
  note: the reason lies at `nn.transpose` (node Transpose_0)
  note: raised by pass `streamline/to-integers`
  hint: train and export with the channels in one place, so that only weights are transposed
---
# unsupported: input channels of scales without a common unit
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<2xf32>, [0.25, 0.3]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%d, %w) @"net.onnx":"MatMul_0"
    return %y
  }
}
==>
net.onnx: node MatMul_0: error: `nn.matmul` cannot run on the device: its input channels have scales that are no integer multiples of each other. [streamline/unsupported]
  note: raised by pass `streamline/to-integers`
  hint: train with one activation scale a tensor
---
# unsupported: an activation on no grid
module "m" {
  main(%x: tensor<1x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %t = nn.tanh(%d) @"net.onnx":"Tanh_0"
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%t, %w) @"net.onnx":"MatMul_0"
    return %y
  }
}
==>
net.onnx: node MatMul_0: error: `nn.matmul` cannot run on the device: its input is not integers times a scale. [streamline/unsupported]
  note: raised by pass `streamline/to-integers`
  hint: put a quantizer before it
---
# unsupported: sums that wrap
module "m" {
  main(%x: tensor<1x2xi8>) {
    %w = core.constant() {value = dense<tensor<2x1xi8>, [100, 100]>}
    %y = nn.matmul(%x, %w) @"net.onnx":"MatMul_0"
    return %y
  }
}
==>
net.onnx: node MatMul_0: error: `nn.matmul` cannot run on the device: its sums wrap around at i8. [streamline/unsupported]
  note: raised by pass `streamline/to-integers`
  hint: compute the product in a wider integer type
---
# unsupported: a division by an integer that can be 0
module "m" {
  main(%x: tensor<1x2xi4>) {
    %k = core.constant() {value = dense<tensor<i4>, [7]>}
    %a = nn.div(%k, %x) @"net.onnx":"Div_0"
    %c = nn.cast(%a) {to = "f32"}
    %w = core.constant() {value = dense<tensor<2x2xf32>, [1.0, -1.0, 2.0, 3.0]>}
    %y = nn.matmul(%c, %w) @"net.onnx":"MatMul_0"
    return %y
  }
}
==>
net.onnx: node MatMul_0: error: `nn.matmul` cannot run on the device: it has no value on some integers (`nn.div` (node Div_0): an integer is divided by 0). [streamline/unsupported]
  note: the reason lies at `nn.div` (node Div_0)
  note: raised by pass `streamline/to-integers`
  hint: quantize to a range where it has
