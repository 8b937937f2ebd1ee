# the lower of two caps remains
module "m" {
  main(%x: tensor<2xi8>) {
    %a = toy.cap(%x) {max = 5}
    %b = toy.cap(%a) {max = 7}
    return %b
  }
}
==>
module "m" {
  main(%x: tensor<2xi8>) {
    %b = toy.cap(%x) {max = 5} : tensor<2xi8>
    return %b
  }
}
---
# a cap that something else reads stays, and says why
module "m" {
  main(%x: tensor<2xi8>) {
    %a = toy.cap(%x) {max = 5}
    %b = toy.cap(%a) {max = 7} @"net.onnx":"Clip_1"
    return %a, %b
  }
}
==>
module "m" {
  main(%x: tensor<2xi8>) {
    %a = toy.cap(%x) {max = 5} : tensor<2xi8>
    %b = toy.cap(%a) {max = 7} : tensor<2xi8> @"net.onnx":"Clip_1"
    return %a, %b
  }
}

net.onnx: node Clip_1: note: `merge-caps` leaves `toy.cap`: something else reads the inner cap. [core/missed-rewrite]
---
# (C1) the cap is a value of the type
module "m" {
  main(%x: tensor<2xi4>) {
    %a = toy.cap(%x) {max = 8}
    return %a
  }
}
==>
error: `toy.cap` (C1): max is 8, above 7 [core/verify]
---
# text that is no module gives its place
module "m" {
  main(%x: tensor<2xi4>) {
    %a = toy.cup(%x)
  }
}
==>
input:3:10: error: There is no op `toy.cup`. [core/text]
  hint: the ops of `toy` are toy.cap

input:4:3: error: The graph `main` has no `return`. [core/text]
