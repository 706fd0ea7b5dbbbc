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

  /// Makes pages.
  public init(health: @escaping @Sendable () -> GatewayPage) { self.health = health }
}

extension Gateway {
  /// The page that a request asks for by its path alone, without a key; `nil` where it asks for none.
  func openPage(_ head: HTTPRequestHead) -> GatewayPage? {
    guard let pages = options.pages, head.method == "GET" || head.method == "HEAD", isAddressed(head) else {
      return nil
    }
    return head.path == "/healthz" ? pages.health() : nil
  }
}

extension ReplyWriter {
  /// Writes a page; it holds for this moment alone.
  func reply(_ page: GatewayPage) throws(ClientFault) {
    try reply(
      HTTPResponseHead(page.status, fields: ["Content-Type": page.type, "Cache-Control": "no-store"]), page.body)
  }
}
