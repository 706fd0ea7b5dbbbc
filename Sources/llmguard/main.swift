import LLMGuardCLI

LLMGuard.main(CommandLine.arguments)
