module "tiny" {
  main(%x: tensor<1x4xu4>) {
    %one = core.constant() {value = dense<tensor<f32>, [1.0]>} : tensor<f32>
    %half = core.constant() {value = dense<tensor<f32>, [0.5]>} : tensor<f32>
    %zero = core.constant() {value = dense<tensor<f32>, [0.0]>} : tensor<f32>
    %bits = core.constant() {value = dense<tensor<f32>, [2.0]>} : tensor<f32>
    %real = nn.dequantize(%x, %half, %zero) : tensor<1x4xf32>
    %w1 = core.constant() {value = dense<tensor<4x4xf32>, [1.0, -1.0, 1.0, 1.0, -1.0, -1.0, 1.0, -1.0, 1.0, 1.0, -1.0, 1.0, -1.0, 1.0, 1.0, 1.0]>} : tensor<4x4xf32>
    %w1q = nn.bipolar_quant(%w1, %one) : tensor<4x4xf32>
    %y = nn.matmul(%real, %w1q) : tensor<1x4xf32> @"tiny.gf":"first"
    %a = nn.quant(%y, %one, %zero, %bits) {signed = false, narrow = false, rounding = "ROUND"} : tensor<1x4xf32> @"tiny.gf":"act"
    %w2 = core.constant() {value = dense<tensor<4x2xf32>, [1.0, -1.0, 1.0, 1.0, -1.0, -1.0, 1.0, -1.0]>} : tensor<4x2xf32>
    %w2q = nn.bipolar_quant(%w2, %one) : tensor<4x2xf32>
    %scores = nn.matmul(%a, %w2q) : tensor<1x2xf32> @"tiny.gf":"second"
    return %scores
  }
}
