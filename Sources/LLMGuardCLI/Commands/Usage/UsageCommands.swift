import CommandSpec

/// `llmguard usage`: what was used. Each command below stands in its own file.
enum UsageCommands {
  static let command = Command<CLIHandler>(
    "usage", summary: "Show who spent what",
    description: [
      "`usage show` is your own budget at a glance; `usage report` sums calls over a range of time; `usage list` has them one "
        + "by one; `usage metrics` are the numbers that predict trouble."
    ],
    subcommands: [
      UsageShowCommand.command, UsageReportCommand.command, UsageListCommand.command, UsageExportCommand.command,
      UsageMetricsCommand.command, UsageCheckCommand.command, UsageServeCommand.command,
      UsageWatchCommand.command, UsageAdviseCommand.command,
    ])
}
