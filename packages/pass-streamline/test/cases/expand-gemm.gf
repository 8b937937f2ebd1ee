# scales and transposes stand for themselves
module "m" {
  main(%x: tensor<2x1xf32>) {
    %w = core.constant() {value = dense<tensor<2x3xf32>, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]>}
    %c = core.constant() {value = dense<tensor<3xf32>, [1.0, 2.0, 3.0]>}
    %y = nn.gemm(%x, %w, %c) {alpha = 0.5, beta = 2.0, trans_a = true, trans_b = false} @"net.onnx":"Gemm_0"
    return %y
  }
}
==>
module "m" {
  main(%x: tensor<2x1xf32>) {
    %w = core.constant() {value = dense<tensor<2x3xf32>, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]>} : tensor<2x3xf32>
    %c = core.constant() {value = dense<tensor<3xf32>, [1.0, 2.0, 3.0]>} : tensor<3xf32>
    %0 = nn.transpose(%x) {perm = [1, 0]} : tensor<1x2xf32> @"net.onnx":"Gemm_0"
    %1 = nn.matmul(%0, %w) : tensor<1x3xf32> @"net.onnx":"Gemm_0"
    %2 = core.constant() {value = dense<tensor<f32>, [0.5]>} : tensor<f32> @"net.onnx":"Gemm_0"
    %3 = nn.mul(%1, %2) : tensor<1x3xf32> @"net.onnx":"Gemm_0"
    %4 = core.constant() {value = dense<tensor<f32>, [2.0]>} : tensor<f32> @"net.onnx":"Gemm_0"
    %5 = nn.mul(%c, %4) : tensor<3xf32> @"net.onnx":"Gemm_0"
    %y = nn.add(%3, %5) : tensor<1x3xf32> @"net.onnx":"Gemm_0"
    return %y
  }
}
---
# a plain product without bias is a matmul
module "m" {
  main(%x: tensor<1x2xf32>) {
    %w = core.constant() {value = dense<tensor<2x3xf32>, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]>}
    %y = nn.gemm(%x, %w)
    return %y
  }
}
==>
module "m" {
  main(%x: tensor<1x2xf32>) {
    %w = core.constant() {value = dense<tensor<2x3xf32>, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]>} : tensor<2x3xf32>
    %y = nn.matmul(%x, %w) : tensor<1x3xf32>
    return %y
  }
}
---
# a product of integers with factors is left alone
module "m" {
  main(%x: tensor<1x2xi16>) {
    %w = core.constant() {value = dense<tensor<2x1xi16>, [1, 2]>}
    %y = nn.gemm(%x, %w) {alpha = 0.5} @"net.onnx":"Gemm_0"
    return %y
  }
}
==>
module "m" {
  main(%x: tensor<1x2xi16>) {
    %w = core.constant() {value = dense<tensor<2x1xi16>, [1, 2]>} : tensor<2x1xi16>
    %y = nn.gemm(%x, %w) {alpha = 0.5, beta = 1.0, trans_a = false, trans_b = false} : tensor<1x1xi16> @"net.onnx":"Gemm_0"
    return %y
  }
}

net.onnx: node Gemm_0: note: `expand-gemm` leaves `nn.gemm`: its elements are integers. [core/missed-rewrite]
