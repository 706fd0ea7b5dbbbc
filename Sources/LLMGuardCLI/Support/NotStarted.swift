import Posix

extension Failure {
  /// What to do about a command that could not be started.
  static func hint(notStarted command: String, _ error: PosixError) -> String {
    if error.isOfProcesses {
      return
        "no more processes can be started here: end some, or allow more ('ulimit -u', the memory of the machine or the job)"
    }
    if error.isNameTooLong {
      return "no program has such a name; a line is for a shell: llmguard run -- sh -c 'LINE'"
    }
    guard error.isMissing else {
      return File.isFolder(command) ? "it is a folder: name the program in it" : "is it executable ('chmod +x')?"
    }
    let isPath = command.contains("/")
    // The system says the same of a file that is not there and of one whose interpreter is not.
    if let file = isPath ? command : Program.find(command, in: Program.folders), File.isRegular(file) {
      return hint(interpreterMissingOf: file)
    }
    if command.contains(where: \.isWhitespace) {
      return "it is one word, so the name of a program; a line is for a shell: llmguard run -- sh -c 'LINE'"
    }
    if let sign = command.firstIndex(of: "="), isVariable(command[..<sign]) {
      return "a variable is set before llmguard: \(command) llmguard run -- …"
    }
    if !isPath, File.isRegular(command) { return "a program of this folder is named with it: ./\(command)" }
    return isPath
      ? "is the path right? It begins at the folder you are in, or with '/'"
      : "is it installed, and on PATH? A function or an alias is your shell's own: put it into a script"
  }

  private static func hint(interpreterMissingOf file: String) -> String {
    guard let interpreter = Program.interpreter(of: file) else {
      return "the file is there, but what it needs to start is not: is it a program for this system?"
    }
    return interpreter.hasSuffix("\r")
      ? "its first line ends in a carriage return, as on Windows: save it with the line ends of Unix"
      : "its first line names '\(interpreter)', which is not there"
  }

  private static func isVariable(_ name: Substring) -> Bool {
    !name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
      && name.first?.isNumber == false
  }
}
