#!/bin/bash
# `racerun cc` with gcc.
cc=gcc cxx=g++
. "$(dirname "$0")/cc_body.sh"
