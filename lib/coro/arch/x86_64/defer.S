/*
 * The machine's part of defer and recover: the entry that defer() calls in place of the function, the call
 * with the registers as they were then, the jump to a landing place, and a call on another stack.
 */
#define HEAD_NEXT 0
#define HEAD_FN 8
#define HEAD_STACK_BYTES 16
#define CALL_GENERAL 24
#define CALL_VECTOR 80
#define CALL_STACK 208
#define WORKER_CURRENT 0
#define GOROUTINE_DEFERS 120

#include "call_registers.h"

    .text

/* Same arguments as the function's, r10 = struct rgo_defer: keeps them and links the record. */
    .globl rgo_defer_entry
    .type rgo_defer_entry, @function
    .p2align 4
rgo_defer_entry:
    .cfi_startproc
    endbr64
    call_registers_save %r10, CALL_GENERAL, CALL_VECTOR
    /* The record is above what is read here, so this much is always there to be read. */
    mov HEAD_STACK_BYTES(%r10), %ecx
1:  sub $8, %ecx
    js 2f
    mov 8(%rsp,%rcx), %rdx
    mov %rdx, CALL_STACK(%r10,%rcx)
    jmp 1b
2:  mov runtime_worker@gottpoff(%rip), %rax
    mov %fs:(%rax), %rax
    test %rax, %rax
    je 3f
    mov WORKER_CURRENT(%rax), %rax
    mov GOROUTINE_DEFERS(%rax), %rcx
    mov %rcx, HEAD_NEXT(%r10)
    mov %r10, GOROUTINE_DEFERS(%rax)
    ret
3:  mov %r10, %rdi /* a thread of the program's own */
    jmp defer_link
    .cfi_endproc
    .size rgo_defer_entry, .-rgo_defer_entry

/* void defer_call(struct rgo_defer *) */
    .globl defer_call
    .hidden defer_call
    .type defer_call, @function
    .p2align 4
defer_call:
    .cfi_startproc
    push %rbp
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset rbp, 0
    mov %rsp, %rbp
    .cfi_def_cfa_register rbp
    mov %rdi, %r10
    mov HEAD_STACK_BYTES(%r10), %ecx
    lea 15(%rcx), %rdx
    and $-16, %rdx
    sub %rdx, %rsp
1:  sub $8, %ecx
    js 2f
    mov CALL_STACK(%r10,%rcx), %rdx
    mov %rdx, (%rsp,%rcx)
    jmp 1b
2:  call_registers_load %r10, CALL_GENERAL, CALL_VECTOR
    call *HEAD_FN(%r10)
    leave
    .cfi_def_cfa rsp, 8
    .cfi_restore rbp
    ret
    .cfi_endproc
    .size defer_call, .-defer_call

/* int rgo_landing_save(void **registers): 0, and 1 when landing_jump comes here. The first three as
 * gcc's __builtin_setjmp has them. */
    .globl rgo_landing_save
    .type rgo_landing_save, @function
    .p2align 4
rgo_landing_save:
    .cfi_startproc
    endbr64
    mov (%rsp), %rdx
    lea 8(%rsp), %rcx
    mov %rbp, (%rdi)
    mov %rdx, 8(%rdi)
    mov %rcx, 16(%rdi)
    mov %rbx, 24(%rdi)
    mov %r12, 32(%rdi)
    mov %r13, 40(%rdi)
    mov %r14, 48(%rdi)
    mov %r15, 56(%rdi)
    xor %eax, %eax
    ret
    .cfi_endproc
    .size rgo_landing_save, .-rgo_landing_save

/* void landing_jump(void **registers), does not return. */
    .globl landing_jump
    .hidden landing_jump
    .type landing_jump, @function
    .p2align 4
landing_jump:
    .cfi_startproc
    mov 24(%rdi), %rbx
    mov 32(%rdi), %r12
    mov 40(%rdi), %r13
    mov 48(%rdi), %r14
    mov 56(%rdi), %r15
    mov (%rdi), %rbp
    mov 8(%rdi), %rdx
    mov 16(%rdi), %rsp
    .cfi_undefined rip
    mov $1, %eax
    jmp *%rdx
    .cfi_endproc
    .size landing_jump, .-landing_jump

/* void stack_call(void (*fn)(void *), void *argument, void *top): fn(argument) on another stack. */
    .globl stack_call
    .hidden stack_call
    .type stack_call, @function
    .p2align 4
stack_call:
    .cfi_startproc
    push %rbp
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset rbp, 0
    mov %rsp, %rbp
    .cfi_def_cfa_register rbp
    mov %rdx, %rsp
    mov %rdi, %rax
    mov %rsi, %rdi
    call *%rax
    leave
    .cfi_def_cfa rsp, 8
    .cfi_restore rbp
    ret
    .cfi_endproc
    .size stack_call, .-stack_call

    .section .note.GNU-stack, "", @progbits
