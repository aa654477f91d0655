/* clean: one lock for transfers and audits */
#define FIXED
#include "assert_audit_overtaken.c"
