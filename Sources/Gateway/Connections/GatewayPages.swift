import HTTPWire
import TextFormats

/// One of a gateway's own answers.
public struct GatewayPage: Sendable {
  /// The status.
  public var status: Int
  /// What kind of content it is.
  public var type: String
  /// The content.
  public var body: [UInt8]
  /// What else its head says.
  var fields = HTTPFields()

  /// Makes a page.
  public init(status: Int = 200, type: String, body: [UInt8]) {
    (self.status, self.type, self.body) = (status, type, body)
  }

  /// Makes a page of JSON.
  public init(status: Int = 200, _ json: JSONValue) {
    self.init(status: status, type: "application/json", body: Array((JSONWriter.compact(json) + "\n").utf8))
  }
}

/// What a gateway that many share says of itself, at addresses that lead to no provider.
public struct GatewayPages: Sendable {
  /// Whether calls can be taken: told to everybody who names the gateway, so it holds no secret.
  public var health: @Sendable () -> GatewayPage
  /// The figures of all users, for a monitoring system that names a secret; `nil` for a wrong one.
  public var metrics: @Sendable (_ secret: [UInt8]) -> GatewayPage?
  /// How a user stands, for that user.
  public var budgets: @Sendable (_ user: String) -> GatewayPage

  /// Makes pages.
  public init(
    health: @escaping @Sendable () -> GatewayPage, metrics: @escaping @Sendable (_ secret: [UInt8]) -> GatewayPage?,
    budgets: @escaping @Sendable (_ user: String) -> GatewayPage
  ) { (self.health, self.metrics, self.budgets) = (health, metrics, budgets) }
}

extension Gateway {
  /// The field in which a ledger's mark is told, and asked for.
  public static let ledgerField = GatewayHeaders.ledgerField
  /// What is answered to whoever asks for a mark.
  public static let (sameLedger, otherLedger) = ("same", "other")

  /// The page that a request asks for without a user's key in its path; `nil` where it asks for none, or may not.
  func page(_ head: HTTPRequestHead, _ rules: GatewayRules) -> GatewayPage? {
    guard let pages = rules.options.pages, head.isReading, isAddressed(head) else { return nil }
    switch head.path {
    case "/healthz":
      var page = pages.health()
      // Who knows a ledger's mark may ask whether it is this one's; it is told to nobody.
      if let mark = head.fields[Self.ledgerField] {
        page.fields.append(Self.ledgerField, mark == ledgerMark ? Self.sameLedger : Self.otherLedger)
      }
      return page
    case "/metrics":
      // Two servers in a row must not take one request for two people's. *Source:* RFC 9110 sections 5.3 and 11.6.2.
      if head.fields.count(where: { $0.isNamed("authorization") }) > 1 {
        return GatewayPage(
          status: 400, type: "text/plain; charset=utf-8", body: Array("llmguard: several Authorization fields\n".utf8))
      }
      return head.bearer.flatMap { pages.metrics($0) }
    default: return nil
    }
  }

  /// The page of a user's own that a request with the user's key asks for.
  func page(_ head: HTTPRequestHead, at target: String, of user: String, _ rules: GatewayRules) -> GatewayPage? {
    guard let pages = rules.options.pages, head.isReading, HTTPRequestHead.path(of: target) == "/budgets" else {
      return nil
    }
    return pages.budgets(user)
  }
}

extension HTTPRequestHead {
  fileprivate var isReading: Bool { method == "GET" || method == "HEAD" }

  /// What stands behind `Bearer`. *Source:* RFC 6750 section 2.1; Prometheus sends so what `authorization` of a scrape holds.
  fileprivate var bearer: [UInt8]? {
    guard let field = fields["Authorization"] else { return nil }
    // One space or several. *Source:* RFC 9110 section 11.4.
    let parts = field.split(separator: " ", maxSplits: 1)
    return parts.count == 2 && parts[0].lowercased() == "bearer" ? Array(parts[1].drop { $0 == " " }.utf8) : nil
  }
}

extension ReplyWriter {
  /// Writes a page; it holds for this moment alone.
  func reply(_ page: GatewayPage) throws(ClientFault) {
    var head = HTTPResponseHead(page.status, fields: ["Content-Type": page.type, "Cache-Control": "no-store"])
    head.fields.append(all: page.fields)
    try reply(head, page.body)
  }
}
