# the smallest half of all layers' weights becomes 0, behind quantizers and transposes too
module "two layers" {
  main(%x: tensor<1x2xf32>) {
    %w1 = core.constant() {value = dense<tensor<2x2xf32>, [0.5, -2.0, 3.0, 0.25]>}
    %w2 = core.constant() {value = dense<tensor<1x2xf32>, [-4.0, 1.0]>}
    %scale = core.constant() {value = dense<tensor<f32>, [0.25]>}
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>}
    %bits = core.constant() {value = dense<tensor<f32>, [8.0]>}
    %q = nn.quant(%w1, %scale, %zero, %bits)
    %t = nn.transpose(%q) {perm = [1, 0]}
    %a = nn.matmul(%x, %t)
    %b = nn.gemm(%a, %w2) {trans_b = true}
    return %b
  }
}
==>
module "two layers" {
  main(%x: tensor<1x2xf32>) {
    %w1 = core.constant() {value = dense<tensor<2x2xf32>, [0.0, -2.0, 3.0, 0.0]>} : tensor<2x2xf32>
    %w2 = core.constant() {value = dense<tensor<1x2xf32>, [-4.0, 0.0]>} : tensor<1x2xf32>
    %scale = core.constant() {value = dense<tensor<f32>, [0.25]>} : tensor<f32>
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %bits = core.constant() {value = dense<tensor<f32>, [8.0]>} : tensor<f32>
    %q = nn.quant(%w1, %scale, %zero, %bits) {signed = true, narrow = false, rounding = "ROUND"} : tensor<2x2xf32>
    %t = nn.transpose(%q) {perm = [1, 0]} : tensor<2x2xf32>
    %a = nn.matmul(%x, %t) : tensor<1x2xf32>
    %b = nn.gemm(%a, %w2) {alpha = 1.0, beta = 1.0, trans_a = false, trans_b = true} : tensor<1x1xf32>
    return %b
  }
}
---
# a weight that bipolar codes cannot hold at 0 is an error
module "bipolar" {
  main(%x: tensor<1x2xf32>) {
    %w = core.constant() {value = dense<tensor<2x1xf32>, [0.5, -2.0]>}
    %scale = core.constant() {value = dense<tensor<f32>, [1.0]>}
    %q = nn.bipolar_quant(%w, %scale)
    %a = nn.matmul(%x, %q)
    return %a
  }
}
==>
error: The weights of `nn.matmul` are quantized to codes that have no zero (the nearest is 1). [prune/no-zero]
  note: raised by pass `prune/prune-weights`
  hint: train with ternary weights, or leave this layer out with `exclude`
---
# a network without weights is an error
module "relu" {
  main(%x: tensor<1x2xf32>) {
    %a = nn.relu(%x)
    return %a
  }
}
==>
error: No matmul, gemm or convolution of the network has constant weights. [prune/no-weights]
  note: raised by pass `prune/prune-weights`
  hint: prune the network as trained, before it is streamlined
