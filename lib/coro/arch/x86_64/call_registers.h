/*
 * The registers that may hold arguments, in memory: rdi rsi rdx rcx r8 r9 rax from `at` on, xmm0 to xmm7
 * of 16 bytes each from `vector` on. For assembly; C has struct call_registers (spawn.c, blocking.c) and
 * struct rgo_defer.
 */
    .macro general_registers_save base, at=0
    mov %rdi, \at(\base)
    mov %rsi, \at+8(\base)
    mov %rdx, \at+16(\base)
    mov %rcx, \at+24(\base)
    mov %r8, \at+32(\base)
    mov %r9, \at+40(\base)
    mov %rax, \at+48(\base)
    .endm

    .macro vector_registers_save base, vector=64
    movups %xmm0, \vector(\base)
    movups %xmm1, \vector+16(\base)
    movups %xmm2, \vector+32(\base)
    movups %xmm3, \vector+48(\base)
    movups %xmm4, \vector+64(\base)
    movups %xmm5, \vector+80(\base)
    movups %xmm6, \vector+96(\base)
    movups %xmm7, \vector+112(\base)
    .endm

    .macro general_registers_load base, at=0
    mov \at(\base), %rdi
    mov \at+8(\base), %rsi
    mov \at+16(\base), %rdx
    mov \at+24(\base), %rcx
    mov \at+32(\base), %r8
    mov \at+40(\base), %r9
    mov \at+48(\base), %rax
    .endm

    .macro vector_registers_load base, vector=64
    movups \vector(\base), %xmm0
    movups \vector+16(\base), %xmm1
    movups \vector+32(\base), %xmm2
    movups \vector+48(\base), %xmm3
    movups \vector+64(\base), %xmm4
    movups \vector+80(\base), %xmm5
    movups \vector+96(\base), %xmm6
    movups \vector+112(\base), %xmm7
    .endm

    .macro call_registers_save base, at=0, vector=64
    general_registers_save \base, \at
    vector_registers_save \base, \vector
    .endm

    .macro call_registers_load base, at=0, vector=64
    general_registers_load \base, \at
    vector_registers_load \base, \vector
    .endm
