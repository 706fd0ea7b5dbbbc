print("llmguard-bench")
