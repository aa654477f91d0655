int variable = 1; /* for the proof of dlclose */
