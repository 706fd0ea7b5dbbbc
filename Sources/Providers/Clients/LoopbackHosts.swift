/// This machine among the hosts that no proxy is asked for.
public enum LoopbackHosts {
  /// How it is written.
  static let names = ["127.0.0.1", "localhost"]

  /// What a variable that holds such a list is to be for a command: this machine is in it. Where it says nothing the other one
  /// stands for it, for many programs look no further than at the first that is set.
  ///
  /// - Parameters:
  ///   - name: one of ``CommandRewriter/proxyVariables``.
  ///   - own: what the variables hold.
  public static func value(of name: String, own: (String) -> String?) -> String {
    added(to: ([name] + CommandRewriter.proxyVariables).lazy.compactMap(own).first { !$0.isEmpty })
  }

  /// A list of hosts with this machine in it.
  public static func added(to list: String?) -> String {
    var hosts = (list ?? "").split { $0 == "," || $0 == " " }.map(String.init)
    if hosts.contains("*") { return "*" }
    for host in names where !hosts.contains(host) { hosts.append(host) }
    return hosts.joined(separator: ",")
  }
}
