import CommandSpec

/// `llmguard cache`: answers that were given before.
enum CacheCommands {
  static let command = Command<CLIHandler>(
    "cache", summary: "Look at how requests are matched with answers that were given before",
    description: [
      "Two requests ask for the same when their instructions agree in every part: task, object, language, format, length, "
        + "numbers, names, negations, directions. What they are about (a document, a log, a diff) must be the same to the byte. "
        + "Words that are not known count as they are written, so that what is not understood never matches."
    ],
    subcommands: [CacheEvaluateCommand.command])
}
