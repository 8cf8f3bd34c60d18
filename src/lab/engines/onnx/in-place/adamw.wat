;; A step of AdamW on n float32 weights, in place. Addresses are in bytes and need no alignment. For each weight:
;;   d = gradient * scale;  m = m * beta1 + d;  v = v * beta2 + d * d
;;   p = p * kept - m / (sqrt(v) + eps) * rate
;; Four at a time, then one at a time: both round as float32 after every operation.
(module
  (import "host" "memory" (memory 1))
  (func (export "adamw")
    (param $n i32) (param $p i32) (param $m i32) (param $v i32) (param $gradient i32)
    (param $scale f32) (param $beta1 f32) (param $beta2 f32) (param $eps f32) (param $rate f32) (param $kept f32)
    (local $at i32) (local $fours i32) (local $end i32)
    (local $d4 v128) (local $m4 v128) (local $v4 v128)
    (local $d f32) (local $m1 f32) (local $v1 f32)
    (local.set $fours (i32.shl (i32.and (local.get $n) (i32.const -4)) (i32.const 2)))
    (local.set $end (i32.shl (local.get $n) (i32.const 2)))
    (block $done4
      (loop $next4
        (br_if $done4 (i32.ge_u (local.get $at) (local.get $fours)))
        (local.set $d4 (f32x4.mul
          (v128.load (i32.add (local.get $gradient) (local.get $at)))
          (f32x4.splat (local.get $scale))))
        (local.set $m4 (f32x4.add
          (f32x4.mul (v128.load (i32.add (local.get $m) (local.get $at))) (f32x4.splat (local.get $beta1)))
          (local.get $d4)))
        (local.set $v4 (f32x4.add
          (f32x4.mul (v128.load (i32.add (local.get $v) (local.get $at))) (f32x4.splat (local.get $beta2)))
          (f32x4.mul (local.get $d4) (local.get $d4))))
        (v128.store (i32.add (local.get $m) (local.get $at)) (local.get $m4))
        (v128.store (i32.add (local.get $v) (local.get $at)) (local.get $v4))
        (v128.store (i32.add (local.get $p) (local.get $at))
          (f32x4.sub
            (f32x4.mul (v128.load (i32.add (local.get $p) (local.get $at))) (f32x4.splat (local.get $kept)))
            (f32x4.mul
              (f32x4.div (local.get $m4) (f32x4.add (f32x4.sqrt (local.get $v4)) (f32x4.splat (local.get $eps))))
              (f32x4.splat (local.get $rate)))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $next4)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $d (f32.mul (f32.load (i32.add (local.get $gradient) (local.get $at))) (local.get $scale)))
        (local.set $m1 (f32.add
          (f32.mul (f32.load (i32.add (local.get $m) (local.get $at))) (local.get $beta1))
          (local.get $d)))
        (local.set $v1 (f32.add
          (f32.mul (f32.load (i32.add (local.get $v) (local.get $at))) (local.get $beta2))
          (f32.mul (local.get $d) (local.get $d))))
        (f32.store (i32.add (local.get $m) (local.get $at)) (local.get $m1))
        (f32.store (i32.add (local.get $v) (local.get $at)) (local.get $v1))
        (f32.store (i32.add (local.get $p) (local.get $at))
          (f32.sub
            (f32.mul (f32.load (i32.add (local.get $p) (local.get $at))) (local.get $kept))
            (f32.mul
              (f32.div (local.get $m1) (f32.add (f32.sqrt (local.get $v1)) (local.get $eps)))
              (local.get $rate))))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br $next)))))
