# a quantizer becomes its codes and their values
module "m" {
  main(%x: tensor<1x2xf32>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %b = core.constant() {value = dense<tensor<f32>, [3.0]>}
    %q = nn.quant(%x, %s, %z, %b) {signed = true, narrow = true, rounding = "FLOOR"} @"net.onnx":"Quant_0"
    return %q
  }
}
==>
module "m" {
  main(%x: tensor<1x2xf32>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>} : tensor<f32>
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %0 = core.constant() {value = dense<tensor<f64>, [-3.0]>} : tensor<f64>
    %1 = core.constant() {value = dense<tensor<f64>, [3.0]>} : tensor<f64>
    %2 = nn.quantize(%x, %s, %z, %0, %1) {elem = "i3", rounding = "FLOOR", round_first = false} : tensor<1x2xi3> @"net.onnx":"Quant_0"
    %q = nn.dequantize(%2, %s, %z) : tensor<1x2xf32> @"net.onnx":"Quant_0"
    return %q
  }
}
---
# a fractional width clips at fractions
module "m" {
  main(%x: tensor<1x2xf32>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %b = core.constant() {value = dense<tensor<f32>, [2.5]>}
    %q = nn.quant(%x, %s, %z, %b) {signed = false, rounding = "CEIL"}
    return %q
  }
}
==>
module "m" {
  main(%x: tensor<1x2xf32>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>} : tensor<f32>
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %0 = core.constant() {value = dense<tensor<f64>, [0.0]>} : tensor<f64>
    %1 = core.constant() {value = dense<tensor<f64>, [4.65685424949238]>} : tensor<f64>
    %2 = nn.quantize(%x, %s, %z, %0, %1) {elem = "u3", rounding = "CEIL", round_first = false} : tensor<1x2xu3>
    %q = nn.dequantize(%2, %s, %z) : tensor<1x2xf32>
    return %q
  }
}
---
# one signed bit is bipolar
module "m" {
  main(%x: tensor<1x2xf32>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %b = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %q = nn.quant(%x, %s, %z, %b) {signed = true}
    return %q
  }
}
==>
module "m" {
  main(%x: tensor<1x2xf32>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>} : tensor<f32>
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %0 = core.constant() {value = dense<tensor<f64>, [-1.0]>} : tensor<f64>
    %1 = core.constant() {value = dense<tensor<f64>, [0.0]>} : tensor<f64>
    %2 = nn.quantize(%x, %s, %z, %0, %1) {elem = "bipolar", rounding = "ROUND", round_first = false} : tensor<1x2xbipolar>
    %q = nn.dequantize(%2, %s, %z) : tensor<1x2xf32>
    return %q
  }
}
---
# the sign of a bipolar quantizer is its operand's, whatever the sign of its scale
module "m" {
  main(%x: tensor<1x2xf32>) {
    %s = core.constant() {value = dense<tensor<f32>, [-0.5]>}
    %q = nn.bipolar_quant(%x, %s)
    return %q
  }
}
==>
module "m" {
  main(%x: tensor<1x2xf32>) {
    %s = core.constant() {value = dense<tensor<f32>, [-0.5]>} : tensor<f32>
    %0 = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %1 = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %2 = core.constant() {value = dense<tensor<f32>, [-1.0]>} : tensor<f32>
    %3 = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %4 = nn.quantize(%x, %0, %1, %2, %3) {elem = "bipolar", rounding = "ROUND", round_first = false} : tensor<1x2xbipolar>
    %q = nn.dequantize(%4, %s, %1) : tensor<1x2xf32>
    return %q
  }
}
---
# float64 stays float64
module "m" {
  main(%x: tensor<1x2xf64>) {
    %s = core.constant() {value = dense<tensor<f64>, [0.1]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %b = core.constant() {value = dense<tensor<f32>, [3.0]>}
    %q = nn.quant(%x, %s, %z, %b) {signed = true}
    return %q
  }
}
==>
module "m" {
  main(%x: tensor<1x2xf64>) {
    %s = core.constant() {value = dense<tensor<f64>, [0.1]>} : tensor<f64>
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %0 = core.constant() {value = dense<tensor<f64>, [-4.0]>} : tensor<f64>
    %1 = core.constant() {value = dense<tensor<f64>, [3.0]>} : tensor<f64>
    %2 = nn.quantize(%x, %s, %z, %0, %1) {elem = "i3", rounding = "ROUND", round_first = false} : tensor<1x2xi3>
    %3 = nn.dequantize(%2, %s, %z) : tensor<1x2xf32>
    %q = nn.cast(%3) {to = "f64"} : tensor<1x2xf64>
    return %q
  }
}
---
# a width that is no constant is left alone
module "m" {
  main(%x: tensor<1x2xf32>, %b: tensor<f32>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %q = nn.quant(%x, %s, %z, %b) {signed = true} @"net.onnx":"Quant_0"
    return %q
  }
}
==>
module "m" {
  main(%x: tensor<1x2xf32>, %b: tensor<f32>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>} : tensor<f32>
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %q = nn.quant(%x, %s, %z, %b) {signed = true, narrow = false, rounding = "ROUND"} : tensor<1x2xf32> @"net.onnx":"Quant_0"
    return %q
  }
}

net.onnx: node Quant_0: note: `split-quant` leaves `nn.quant`: its bit width is not constant. [core/missed-rewrite]
---
# a width beyond 32 bits is left alone
module "m" {
  main(%x: tensor<1x2xf32>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %b = core.constant() {value = dense<tensor<f32>, [40.0]>}
    %q = nn.quant(%x, %s, %z, %b) {signed = true} @"net.onnx":"Quant_0"
    return %q
  }
}
==>
module "m" {
  main(%x: tensor<1x2xf32>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>} : tensor<f32>
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %b = core.constant() {value = dense<tensor<f32>, [40.0]>} : tensor<f32>
    %q = nn.quant(%x, %s, %z, %b) {signed = true, narrow = false, rounding = "ROUND"} : tensor<1x2xf32> @"net.onnx":"Quant_0"
    return %q
  }
}

net.onnx: node Quant_0: note: `split-quant` leaves `nn.quant`: its bit width is 40. [core/missed-rewrite]
---
# channels of which some are bipolar are left alone
module "m" {
  main(%x: tensor<1x2xf32>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %b = core.constant() {value = dense<tensor<2xf32>, [1.0, 2.0]>}
    %q = nn.quant(%x, %s, %z, %b) {signed = true} @"net.onnx":"Quant_0"
    return %q
  }
}
==>
module "m" {
  main(%x: tensor<1x2xf32>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>} : tensor<f32>
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %b = core.constant() {value = dense<tensor<2xf32>, [1.0, 2.0]>} : tensor<2xf32>
    %q = nn.quant(%x, %s, %z, %b) {signed = true, narrow = false, rounding = "ROUND"} : tensor<1x2xf32> @"net.onnx":"Quant_0"
    return %q
  }
}

net.onnx: node Quant_0: note: `split-quant` leaves `nn.quant`: some of its channels are bipolar. [core/missed-rewrite]
---
# half floats are left alone
module "m" {
  main(%x: tensor<1x2xf16>) {
    %s = core.constant() {value = dense<tensor<f16>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %b = core.constant() {value = dense<tensor<f32>, [2.0]>}
    %q = nn.quant(%x, %s, %z, %b) {signed = true} @"net.onnx":"Quant_0"
    return %q
  }
}
==>
module "m" {
  main(%x: tensor<1x2xf16>) {
    %s = core.constant() {value = dense<tensor<f16>, [0.5]>} : tensor<f16>
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %b = core.constant() {value = dense<tensor<f32>, [2.0]>} : tensor<f32>
    %q = nn.quant(%x, %s, %z, %b) {signed = true, narrow = false, rounding = "ROUND"} : tensor<1x2xf16> @"net.onnx":"Quant_0"
    return %q
  }
}

net.onnx: node Quant_0: note: `split-quant` leaves `nn.quant`: its result is f16. [core/missed-rewrite]
