/// This machine among the hosts that no proxy is asked for.
public enum LoopbackHosts {
  /// How it is written.
  static let names = ["127.0.0.1", "localhost"]

  /// A list of hosts with this machine in it.
  public static func added(to list: String?) -> String {
    var hosts = (list ?? "").split { $0 == "," || $0 == " " }.map(String.init)
    if hosts.contains("*") { return "*" }
    for host in names where !hosts.contains(host) { hosts.append(host) }
    return hosts.joined(separator: ",")
  }
}
