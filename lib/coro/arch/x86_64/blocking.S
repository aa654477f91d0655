/*
 * Calls that are made elsewhere: what rgo_blocking(fn, args...) calls instead of fn, and how the helper
 * thread calls fn with these arguments (blocking.c).
 *
 * struct call_registers: see call_registers.h; 192 bytes.
 * struct call_result: rax rdx, xmm0, xmm1, st0 and st1 (16 bytes each), how many of the latter; 96 bytes.
 */
#include "call_registers.h"

    .text

/* The same arguments as fn, r10 = struct rgo_blocking_call. Returns what fn returned. */
    .globl rgo_blocking_entry
    .type rgo_blocking_entry, @function
    .p2align 4
rgo_blocking_entry:
    .cfi_startproc
    endbr64
    push %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset rbp, -16
    mov %rsp, %rbp
    .cfi_def_cfa_register rbp
    sub $288, %rsp
    call_registers_save %rsp
    mov %r10, %rdi
    mov %rsp, %rsi
    lea 16(%rbp), %rdx
    lea 192(%rsp), %rcx
    mov 8(%rbp), %r8
    call blocking_call
    mov 272(%rsp), %ecx
    test %ecx, %ecx
    jz 2f
    dec %ecx
    jz 1f
    fldt 256(%rsp)
1:  fldt 240(%rsp)
2:  mov 192(%rsp), %rax
    mov 200(%rsp), %rdx
    movups 208(%rsp), %xmm0
    movups 224(%rsp), %xmm1
    leave
    .cfi_def_cfa rsp, 8
    ret
    .cfi_endproc
    .size rgo_blocking_entry, .-rgo_blocking_entry

/* void blocking_invoke(void (*fn)(void), const struct call_registers *registers, const void *stack,
 * size_t stack_bytes, struct call_result *ret_result) */
    .globl blocking_invoke
    .hidden blocking_invoke
    .type blocking_invoke, @function
    .p2align 4
blocking_invoke:
    .cfi_startproc
    push %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset rbp, -16
    mov %rsp, %rbp
    .cfi_def_cfa_register rbp
    push %rbx
    .cfi_offset rbx, -24
    push %r12
    .cfi_offset r12, -32
    mov %r8, %rbx
    mov %rdi, %r12
    mov %rsi, %r11
    lea 15(%rcx), %rax
    and $-16, %rax
    sub %rax, %rsp
    mov %rsp, %rdi
    mov %rdx, %rsi
    rep movsb
    call_registers_load %r11
    call *%r12
    mov %rax, 0(%rbx)
    mov %rdx, 8(%rbx)
    movups %xmm0, 16(%rbx)
    movups %xmm1, 32(%rbx)
    /* A function that returns no long double leaves the x87 stack empty: fxam says so (C3, C0). */
    xor %ecx, %ecx
    fxam
    fnstsw %ax
    and $0x4500, %eax
    cmp $0x4100, %eax
    je 1f
    fstpt 48(%rbx)
    inc %ecx
    fxam
    fnstsw %ax
    and $0x4500, %eax
    cmp $0x4100, %eax
    je 1f
    fstpt 64(%rbx)
    inc %ecx
1:  mov %ecx, 80(%rbx)
    lea -16(%rbp), %rsp
    pop %r12
    .cfi_restore r12
    pop %rbx
    .cfi_restore rbx
    pop %rbp
    .cfi_def_cfa rsp, 8
    .cfi_restore rbp
    ret
    .cfi_endproc
    .size blocking_invoke, .-blocking_invoke

    .section .note.GNU-stack, "", @progbits
