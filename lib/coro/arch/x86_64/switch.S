/*
 * The machine's part of the runtime: switching stacks, starting on a fresh one, and the entry that go()
 * calls in place of the function.
 *
 * A switched-away stack, from its pointer upwards: mxcsr and x87 control word (8 bytes), r15, r14, r13,
 * r12, rbx, rbp, return address. The ABI makes callee-saved what is saved here and nothing else.
 */
#include "call_registers.h"

#define REGISTERS_PLAIN 62
#define LAUNCH_PLAIN 25

    .text

/* void *coro_switch(_Atomic(void *) *save, void *to, void *result): saves this stack's pointer in *save,
 * goes on at `to`, where it returns `result`. The pointer is published after the last use of the old
 * stack: who sees it may run it. A jump instead of a return: the return predictor knows nothing of other
 * stacks (3 ns against 15). The control words are stored first, into the red zone, as that is slow and
 * nothing waits for it then; to load them without a look at what they are costs less than to compare
 * them with what was just stored. */
    .globl coro_switch
    .hidden coro_switch
    .type coro_switch, @function
    .p2align 4
coro_switch:
    .cfi_startproc
    stmxcsr -56(%rsp)
    fnstcw -52(%rsp)
    push %rbp
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset rbp, 0
    push %rbx
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset rbx, 0
    push %r12
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset r12, 0
    push %r13
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset r13, 0
    push %r14
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset r14, 0
    push %r15
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset r15, 0
    sub $8, %rsp
    .cfi_adjust_cfa_offset 8
    mov %rsp, %rcx
    mov %rsi, %rsp
    mov %rcx, (%rdi)
    ldmxcsr (%rsp)
    fldcw 4(%rsp)
    mov %rdx, %rax
    add $8, %rsp
    .cfi_adjust_cfa_offset -8
    pop %r15
    .cfi_adjust_cfa_offset -8
    .cfi_restore r15
    pop %r14
    .cfi_adjust_cfa_offset -8
    .cfi_restore r14
    pop %r13
    .cfi_adjust_cfa_offset -8
    .cfi_restore r13
    pop %r12
    .cfi_adjust_cfa_offset -8
    .cfi_restore r12
    pop %rbx
    .cfi_adjust_cfa_offset -8
    .cfi_restore rbx
    pop %rbp
    .cfi_adjust_cfa_offset -8
    .cfi_restore rbp
    pop %rcx
    .cfi_adjust_cfa_offset -8
    .cfi_register rip, rcx
    jmp *%rcx
    .cfi_endproc
    .size coro_switch, .-coro_switch

/* void coro_leave(void *to, void *result): the same without saving anything. */
    .globl coro_leave
    .hidden coro_leave
    .type coro_leave, @function
    .p2align 4
coro_leave:
    .cfi_startproc
    .cfi_undefined rip
    mov %rdi, %rsp
    mov %rsi, %rax
    ldmxcsr (%rsp)
    fldcw 4(%rsp)
    add $8, %rsp
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbx
    pop %rbp
    pop %rcx
    jmp *%rcx
    .cfi_endproc
    .size coro_leave, .-coro_leave

/* The bottom of a goroutine's stack. Entered by coro_switch with r12 = the function, r13 = its struct
 * call_registers and the stack pointer at the arguments on the stack (spawn.c). The control words are
 * those of the goroutine that started it. The end of the chain for whoever unwinds. */
    .globl coro_boot
    .hidden coro_boot
    .type coro_boot, @function
    .p2align 4
coro_boot:
    .cfi_startproc
    .cfi_undefined rip
    xor %ebp, %ebp
    ldmxcsr 56(%r13)
    fldcw 60(%r13)
    cmpw $0, REGISTERS_PLAIN(%r13)
    jne 1f
    vector_registers_load %r13
1:  general_registers_load %r13
    call *%r12
    mov %eax, %edi
    call goroutine_finished
    ud2
    .cfi_endproc
    .size coro_boot, .-coro_boot

/* void coro_begin(void *top, const void *registers, void (*fn)(void)): coro_boot on the present stack,
 * of which nothing is needed any more. */
    .globl coro_begin
    .hidden coro_begin
    .type coro_begin, @function
    .p2align 4
coro_begin:
    .cfi_startproc
    .cfi_undefined rip
    mov %rdi, %rsp
    mov %rsi, %r13
    mov %rdx, %r12
    jmp coro_boot
    .cfi_endproc
    .size coro_begin, .-coro_begin

/* The same for AddressSanitizer, which must be told that the switch is over. */
    .globl coro_boot_annotated
    .hidden coro_boot_annotated
    .type coro_boot_annotated, @function
    .p2align 4
coro_boot_annotated:
    .cfi_startproc
    .cfi_undefined rip
    call annotate_entered
    jmp coro_boot
    .cfi_endproc
    .size coro_boot_annotated, .-coro_boot_annotated

/* What go(fn, args...) calls instead of fn: same arguments, r10 = struct rgo_launch. */
    .globl rgo_launch_entry
    .type rgo_launch_entry, @function
    .p2align 4
rgo_launch_entry:
    .cfi_startproc
    endbr64
    sub $200, %rsp
    .cfi_adjust_cfa_offset 200
    stmxcsr 56(%rsp)
    fnstcw 60(%rsp)
    general_registers_save %rsp
    cmpb $0, LAUNCH_PLAIN(%r10)
    jne 1f
    vector_registers_save %rsp
1:  mov %r10, %rdi
    mov %rsp, %rsi
    lea 208(%rsp), %rdx
    mov 200(%rsp), %rcx
    call goroutine_launch
    add $200, %rsp
    .cfi_adjust_cfa_offset -200
    ret
    .cfi_endproc
    .size rgo_launch_entry, .-rgo_launch_entry

    .section .note.GNU-stack, "", @progbits
