"""Where interactions come from: cassettes read, recordings made, servers asked over HTTP."""
