// LLMGuardCLI
