#!/bin/bash
# `racerun cc` with clang-14.
cc=clang-14 cxx=clang++-14
. "$(dirname "$0")/cc_body.sh"
