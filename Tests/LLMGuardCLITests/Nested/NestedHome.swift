import Posix
import ScriptedServer

/// A home for stories of runs inside others, with a provider that answers each call alike and notes what it was asked.
struct NestedHome {
  let home: ProgramHome
  let server: ScriptedServer
  /// The targets that the provider was asked for.
  let asked = Locked<[String]>([])

  /// The home has a call's body in the file `body`, and no rules.
  init() throws {
    home = try ProgramHome()
    let asked = asked
    server = try ScriptedServer { exchange in
      asked.use { $0.append(exchange.head.target) }
      exchange.reply(
        #"{"model":"gpt-4o","choices":[{"message":{"content":"Tom"}}],"usage":{"prompt_tokens":11,"completion_tokens":22}}"#
      )
      return true
    }
    try home.write("body", #"{"model":"gpt-4o","max_tokens":50,"messages":[{"role":"user","content":"hello"}]}"#)
  }
}
