# unsupported: a transposed convolution over three axes
module "m" {
  main(%x: tensor<1x1x2x2x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<1x1x1x1x1xf32>, [1.0]>}
    %y = nn.conv_transpose(%d, %w) {strides = [2, 2, 2]} @"net.onnx":"Deconv_0"
    return %y
  }
}
==>
net.onnx: node Deconv_0: error: `nn.conv_transpose` cannot run on the device: it has 3 spatial axes. [streamline/unsupported]
  note: raised by pass `streamline/to-integers`
  hint: use one or two spatial axes
---
# bipolar-padding: a transposed convolution whose windows leave the image
module "m" {
  main(%x: tensor<1x1x2x2xbipolar>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<1x1x3x3xf32>, [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]>}
    %y = nn.conv_transpose(%d, %w) {strides = [2, 2]} @"net.onnx":"Deconv_0"
    return %y
  }
}
==>
net.onnx: node Deconv_0: error: `nn.conv_transpose` pads a bipolar image with 0, which is neither −1 nor +1. [streamline/bipolar-padding]
  note: one bit holds −1 and +1 only; a third value would make the datapath two bits wide
  note: raised by pass `streamline/to-integers`
  hint: give its input two bits, or none outside: a stride and pads that read no pixel beyond the image, or the option `bipolarPadding: "ternary"`
---
# unsupported: a padded image before a transposed convolution
module "m" {
  main(%x: tensor<1x1x2x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<1x1x2x2xf32>, [1.0, -2.0, 3.0, -1.0]>}
    %p = nn.pad(%d, %z) {pads = [0, 0, 1, 1, 0, 0, 1, 1]}
    %y = nn.conv_transpose(%p, %w) {strides = [2, 2]} @"net.onnx":"Deconv_0"
    return %y
  }
}
==>
net.onnx: node Deconv_0: error: `nn.conv_transpose` cannot run on the device: it reads a padded image. [streamline/unsupported]
  note: raised by pass `streamline/to-integers`
  hint: pad right before a convolution
---
# unsupported: two computed operands of a transposed convolution
module "m" {
  main(%x: tensor<1x1x2x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %y = nn.conv_transpose(%d, %d) {strides = [2, 2]} @"net.onnx":"Deconv_0"
    return %y
  }
}
==>
net.onnx: node Deconv_0: error: `nn.conv_transpose` cannot run on the device: its weights are not constant. [streamline/unsupported]
  note: raised by pass `streamline/to-integers`
  hint: give it weights from the model
---
# unquantized-weights: a transposed convolution
module "m" {
  main(%x: tensor<1x1x2x2xu4>) {
    %s = core.constant() {value = dense<tensor<f32>, [0.5]>}
    %z = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %d = nn.dequantize(%x, %s, %z)
    %w = core.constant() {value = dense<tensor<1x1x1x2xf32>, [0.3, 0.71]>}
    %y = nn.conv_transpose(%d, %w) {strides = [2, 2]} @"net.onnx":"Deconv_0"
    return %y
  }
}
==>
net.onnx: node Deconv_0: error: `nn.conv_transpose` has weights that are not integers times one scale a neuron. [streamline/unquantized-weights]
  note: raised by pass `streamline/to-integers`
  hint: quantize the weights in training (QONNX Quant on the weight), or export them as integers
