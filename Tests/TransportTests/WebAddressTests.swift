import Testing
import Transport

struct WebAddressTests {
  @Test(
    arguments: [
      ("https://openapi.blofin.com", "https", "openapi.blofin.com", 443, "/"),
      (
        "https://OpenAPI.blofin.com/api/v1?a=b%20c/d", "https", "openapi.blofin.com", 443,
        "/api/v1?a=b%20c/d"
      ),
      ("wss://host.example:8443?x", "wss", "host.example", 8443, "/?x"),
      ("HTTP://127.0.0.1:80/", "http", "127.0.0.1", 80, "/"),
      ("ws://[::1]:9001/a/../b", "ws", "::1", 9001, "/a/../b"),
      ("http://localhost", "http", "localhost", 80, "/"),
      ("http://127.255.0.3", "http", "127.255.0.3", 80, "/"),
    ] as [(String, String, String, UInt16, String)])
  func `reads`(_ text: String, scheme: String, host: String, port: UInt16, target: String) throws {
    let address = try WebAddress(text)
    #expect(address.scheme.rawValue == scheme)
    #expect(address.host == host)
    #expect(address.port == port)
    #expect(address.target == target)
  }

  @Test(
    arguments: [
      ("", "", "an address begins with https://, wss://, http:// or ws://"),
      (
        "openapi.blofin.com", "openapi.blofin.com",
        "an address begins with https://, wss://, http:// or ws://"
      ),
      ("ftp://host", "ftp://host", "an address begins with https://, wss://, http:// or ws://"),
      ("https:/host", "https:/host", "an address begins with https://, wss://, http:// or ws://"),
      ("https://", "https://", "the host or the port is not valid"),
      ("https:///path", "https://", "the host or the port is not valid"),
      ("https://user:pass@host/", "https://user:pass@host", "the host or the port is not valid"),
      ("https://host:0/", "https://host:0", "the host or the port is not valid"),
      ("https://host:65536/", "https://host:65536", "the host or the port is not valid"),
      ("https://host:/", "https://host:", "the host or the port is not valid"),
      ("https://host:+1/", "https://host:+1", "the host or the port is not valid"),
      ("https://ho st/", "https://ho st", "an address has printable ASCII letters only"),
      ("https://host/a b", "https://host", "an address has printable ASCII letters only"),
      ("https://host/\r\nX: y", "https://host", "an address has printable ASCII letters only"),
      ("https://host/#top", "https://host", "an address has no fragment"),
      (
        "https://h\u{00F6}st/", "https://h\u{00F6}st", "an address has printable ASCII letters only"
      ),
      ("https://[::1/", "https://[::1", "the host or the port is not valid"),
      ("https://[host]/", "https://[host]", "the host or the port is not valid"),
      ("https://[::1]x/", "https://[::1]x", "the host or the port is not valid"),
    ] as [(String, String, String)])
  func `refuses`(_ text: String, _ shown: String, _ problem: String) {
    #expect(throws: TransportError.badRequest(text: shown, problem: problem)) {
      try WebAddress(text)
    }
  }

  @Test(
    arguments: [
      "http://openapi.blofin.com/", "ws://10.0.0.1/", "http://127.0.0.1.evil.example/",
      "http://127.1/", "http://127.0.0.256/", "http://127.0.0.01/", "http://localhost.example/",
      "http://0.0.0.0/", "ws://[::2]/",
    ])
  func `S07 refuses to go unencrypted to another machine`(_ text: String) {
    #expect {
      try WebAddress(text)
    } throws: { error in
      if case TransportError.unencrypted? = error as? TransportError { true } else { false }
    }
  }

  @Test func `names the port only when it is not the usual one`() throws {
    #expect(try WebAddress("https://host:443/x").authority == "host")
    #expect(try WebAddress("https://host:8443/x").authority == "host:8443")
    #expect(try WebAddress("ws://[::1]:9001").authority == "[::1]:9001")
    #expect(try WebAddress("ws://[::1]:9001/a?b").text == "ws://[::1]:9001/a?b")
  }

  @Test func `changes the target only to a valid one`() throws {
    let address = try WebAddress("https://host/x")
    #expect(try address.withTarget("/y?z=1").text == "https://host/y?z=1")
    let refusal = TransportError.badRequest(
      text: "host", problem: "a path begins with / and has printable ASCII letters only")
    for target in ["", "y", "/a b", "/a\n", "/a#b"] {
      #expect(throws: refusal) { try address.withTarget(target) }
    }
  }

  @Test func `keeps what follows the host out of its complaints`() {
    #expect {
      try WebAddress("https://api.telegram.org/botTOKEN/send Message")
    } throws: { error in
      !String(describing: error).contains("TOKEN")
    }
  }
}
