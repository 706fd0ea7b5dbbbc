import Testing

@testable import Providers

/// Addresses that a script names where a variable is not set.
@Suite struct DefaultAddressTests {
  @Test(
    arguments: [
      (#": "${OPENAI_BASE_URL:=http://corp/v1}""#, "http://corp/v1"),
      ("x=${OPENAI_BASE_URL:-http://corp/v1}/chat", "http://corp/v1"),
      ("${OPENAI_BASE_URL-'corp:80'}", "corp:80"), ("${OPENAI_BASE_URL=corp.example}", "corp.example"),
      ("OPENAI_BASE_URL ?= http://corp/v1\n", "http://corp/v1"),
      ("export OPENAI_BASE_URL?=http://corp/v1", "http://corp/v1"),
      (#"os.environ.get("OPENAI_BASE_URL", "http://corp/v1")"#, "http://corp/v1"),
      (#"os.environ["OPENAI_BASE_URL"] or 'http://corp'"#, "http://corp"),
      (#"process.env.OPENAI_BASE_URL || "http://corp/v1""#, "http://corp/v1"),
      (#"process.env["OPENAI_BASE_URL"] ?? "http://corp/v1""#, "http://corp/v1"),
      (#"os.environ.get('OPENAI_BASE_URL') or 'http://corp'"#, "http://corp"),
      (#"f(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])"#, nil),
      ("f(url: process.env.OPENAI_BASE_URL, key: process.env.A.B)", nil), (#"["OPENAI_BASE_URL", "x.y"]"#, nil),
      (#"putenv("OPENAI_BASE_URL", "http://corp")"#, nil), (#"log("OPENAI_BASE_URL", "config.yaml")"#, nil),
      (#"os.environ.setdefault("OPENAI_BASE_URL", "http://corp")"#, "http://corp"),
      ("${OPENAI_BASE_URL:-default:api.openai.com}", nil), ("${OPENAI_BASE_URL:-http://$HOST}", nil),
      ("reads OPENAI_BASE_URL, OPENAI_API_KEY.", nil), (#"# : "${OPENAI_BASE_URL:=http://corp/v1}""#, nil),
      (#"  // process.env.OPENAI_BASE_URL || "http://corp""#, nil), ("a OPENAI_BASE_URL ?= http://corp", nil),
      ("${OPENAI_BASE_URL:-}", nil), ("${OPENAI_BASE_URL:-$OTHER}", nil), ("${MY_OPENAI_BASE_URL:-http://corp}", nil),
      ("${OPENAI_BASE_URL:-none}", nil), ("$OPENAI_BASE_URL/chat", nil), ("OPENAI_BASE_URL=http://corp/v1", nil),
      ("${OPENAI_BASE_URL:-} ${OPENAI_BASE_URL:-http://b}", "http://b"), ("OPENAI_BASE_URL", nil), ("", nil),
    ] as [(String, String?)])
  func aScriptNamesIt(text: String, address: String?) {
    #expect(DefaultAddress(of: "OPENAI_BASE_URL", in: Array(text.utf8), .code)?.address == address)
  }

  @Test(
    arguments: [
      ("A=1\nOPENAI_BASE_URL=http://corp/v1\n", "http://corp/v1"),
      ("export OPENAI_BASE_URL = 'http://corp'", "http://corp"),
      ("# OPENAI_BASE_URL=http://corp", nil), ("OPENAI_BASE_URL=", nil), ("OPENAI_BASE_URL_2=http://corp", nil),
      ("\tOPENAI_BASE_URL=http://corp # ours\r\n", "http://corp"),
    ] as [(String, String?)])
  func aFileOfVariablesNamesIt(text: String, address: String?) {
    #expect(DefaultAddress(of: "OPENAI_BASE_URL", in: Array(text.utf8), .variables)?.address == address)
  }
}
