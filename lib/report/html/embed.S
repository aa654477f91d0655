/* The parts of the page (format_html.c), as they are in this folder; each ends with a 0. */
.macro part name, file
    .globl report_html_\name
    .hidden report_html_\name
report_html_\name:
    .incbin "\file"
    .byte 0
.endm

    .section .rodata
    part page, "page.html"
    part style, "style.css"
    part model, "model.js"
    part chart, "chart.js"
    part finding, "finding.js"
    part view, "view.js"
    .section .note.GNU-stack, "", @progbits
