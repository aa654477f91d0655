/*
 * stand-in: an empty library under the SONAME of a compiler's own race-detection runtime. Preloaded
 * next to libracerun.so it satisfies the dependency of programs built with -fsanitize=thread, so
 * that the loader never looks for the real one.
 */
extern int racerun_standin_is_empty;
