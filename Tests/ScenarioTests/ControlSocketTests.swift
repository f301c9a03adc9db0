import Dispatch
import Foundation
import Runtime
import Testing

/// The line between two terminals: what is said over it comes whole or counts as not said.
@Suite struct ControlSocketTests {
  private let path = FileManager.default.temporaryDirectory
    .appendingPathComponent("perpdeck-\(UUID().uuidString.prefix(8)).sock").path

  /// Says a line from another thread, as a second terminal does from another process.
  private func ask(_ line: String) async -> Result<String, ControlCallProblem> {
    let path = path
    return await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = SocketAddress(path: path)!
        let isConnected = address.connect(descriptor)
        #expect(isConnected)
        continuation.resume(
          returning: Result { () throws(ControlCallProblem) in
            try ControlCall.exchange(line, over: descriptor)
          })
      }
    }
  }

  /// Returns what a caller makes of a program that says this and ends.
  private func heard(_ answer: String) throws -> Result<String, ControlCallProblem> {
    var ends: [Int32] = [-1, -1]
    #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    defer { close(ends[0]) }
    let bytes = Array(answer.utf8)
    #expect(write(ends[1], bytes, bytes.count) == bytes.count)
    shutdown(ends[1], Int32(SHUT_WR))
    defer { close(ends[1]) }
    return Result { () throws(ControlCallProblem) in
      try ControlCall.exchange("text status", over: ends[0])
    }
  }

  @MainActor @Test func `an answer larger than what a socket takes at once comes whole`()
    async
    throws
  {
    let long = String(repeating: "positions and orders\n", count: 100_000) + "the end"
    let control = try ControlSocket(path: path) { line in line == "text status" ? long : "no" }
    #expect(await ask("text status") == .success(long))
    #expect(await ask("text halt") == .success("no"))
    control.close()
  }

  @MainActor @Test func `a line that is too long is answered by what is wrong with it`()
    async throws
  {
    let control = try ControlSocket(path: path) { _ in "taken" }
    let name = String(repeating: "X", count: 100_000)
    #expect(
      await ask("text close \(name)")
        == .success("error: a line has at most 1024 bytes; this one has more"))
    #expect(
      await ask("json close " + name.prefix(2_000))
        == .success(#"{"ok":false,"error":"a line has at most 1024 bytes; this one has more"}"#))
    control.close()
  }

  @Test func `an answer that stops before its end counts as none`() throws {
    #expect(try heard("halted: no new risk\n") == .success("halted: no new risk"))
    #expect(try heard("halted: no n") == .failure(.cutOff))
    #expect(try heard("") == .failure(.turnedAway))
  }
}
