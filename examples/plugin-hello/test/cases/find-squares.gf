# a table of all squares is a squarer
module "m" {
  main(%x: tensor<1x4xi2>) {
    %t = core.constant() {value = dense<tensor<1x4xu3>, [4, 1, 0, 1]>}
    %y = q.lookup(%x, %t) {elem = "u3", lo = -2}
    return %y
  }
}
==>
module "m" {
  main(%x: tensor<1x4xi2>) {
    %y = hello.int_square(%x) {elem = "u3"} : tensor<1x4xu3>
    return %y
  }
}
---
# a table that the quantizer clips stays, and the pass says why
module "m" {
  main(%x: tensor<1x4xi2>) {
    %t = core.constant() {value = dense<tensor<1x4xu2>, [3, 1, 0, 1]>}
    %y = q.lookup(%x, %t) {elem = "u2", lo = -2}
    return %y
  }
}
==>
module "m" {
  main(%x: tensor<1x4xi2>) {
    %t = core.constant() {value = dense<tensor<1x4xu2>, [3, 1, 0, 1]>} : tensor<1x4xu2>
    %y = q.lookup(%x, %t) {elem = "u2", lo = -2, axis = -1} : tensor<1x4xu2>
    return %y
  }
}

note: `find-squares` leaves `q.lookup`: the quantizer clips the square at 3. [core/missed-rewrite]
---
# a table of anything else is not its business
module "m" {
  main(%x: tensor<1x4xi2>) {
    %t = core.constant() {value = dense<tensor<1x4xu3>, [2, 1, 0, 1]>}
    %y = q.lookup(%x, %t) {elem = "u3", lo = -2}
    return %y
  }
}
==>
module "m" {
  main(%x: tensor<1x4xi2>) {
    %t = core.constant() {value = dense<tensor<1x4xu3>, [2, 1, 0, 1]>} : tensor<1x4xu3>
    %y = q.lookup(%x, %t) {elem = "u3", lo = -2, axis = -1} : tensor<1x4xu3>
    return %y
  }
}
---
# one row a channel, all of squares
module "m" {
  main(%x: tensor<1x2xu2>) {
    %t = core.constant() {value = dense<tensor<2x4xu4>, [0, 1, 4, 9, 0, 1, 4, 9]>}
    %y = q.lookup(%x, %t) {elem = "u4"}
    return %y
  }
}
==>
module "m" {
  main(%x: tensor<1x2xu2>) {
    %y = hello.int_square(%x) {elem = "u4"} : tensor<1x2xu4>
    return %y
  }
}
---
# a bipolar code has a storage of its own
module "m" {
  main(%x: tensor<1x4xbipolar>) {
    %t = core.constant() {value = dense<tensor<1x3xu1>, [1, 0, 1]>}
    %y = q.lookup(%x, %t) {elem = "u1", lo = -1}
    return %y
  }
}
==>
module "m" {
  main(%x: tensor<1x4xbipolar>) {
    %t = core.constant() {value = dense<tensor<1x3xu1>, [1, 0, 1]>} : tensor<1x3xu1>
    %y = q.lookup(%x, %t) {elem = "u1", lo = -1, axis = -1} : tensor<1x4xu1>
    return %y
  }
}
