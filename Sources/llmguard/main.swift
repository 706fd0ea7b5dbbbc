import LLMGuardCLI

LLMGuard.main()
