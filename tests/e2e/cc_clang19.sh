#!/bin/bash
# `racerun cc` with clang-19.
cc=clang-19 cxx=clang++-19
. "$(dirname "$0")/cc_body.sh"
