import ArgumentParser
import EventLoop
import Glibc
import Transport

/// Echoes every case of Autobahn's fuzzing server, so that it can judge the WebSocket client.
struct WebSocketEchoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ws-echo",
    abstract: "Echo every case of an Autobahn fuzzing server on this machine.",
    discussion: """
      The server writes its report; Tests/Conformance/autobahn.sh starts it and reads the report.

      EXAMPLES
        perpdeck ws-echo ws://127.0.0.1:9001
      """,
    shouldDisplay: false)

  @Argument(help: "The address of the suite's server.")
  var address: String

  func run() throws {
    try MainActor.assumeIsolated { try serve() }
  }

  @MainActor private func serve() throws {
    let server = try WebAddress(address)
    guard server.isLoopback else {
      throw ValidationError("\(server.authority): the suite's server is on this machine")
    }
    let loop = DispatchLoop()
    let network = CurlMulti(loop: loop)
    WebSocketEcho.run(network: network, server: server, agent: "perpdeck") { result in
      switch result {
      case .success(let count):
        StandardOutput.write("ws-echo: \(count) cases run")
        Glibc.exit(0)
      case .failure(let error):
        StandardError.write("ws-echo: \(error)")
        Glibc.exit(1)
      }
    }
    withExtendedLifetime(network) { loop.run() }
  }
}
