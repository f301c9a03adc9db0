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
            // Other tests keep the main queue busy.
            try ControlCall.exchange(line, over: descriptor, patience: 120)
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
    let control = try ControlSocket(path: path) { line, reply in
      reply(line == "text status" ? long : "no")
    }
    #expect(await ask("text status") == .success(long))
    #expect(await ask("text halt") == .success("no"))
    control.close()
  }

  @MainActor @Test func `a line that is too long is answered by what is wrong with it`()
    async throws
  {
    let control = try ControlSocket(path: path) { _, reply in reply("taken") }
    let name = String(repeating: "X", count: 100_000)
    #expect(
      await ask("text close \(name)")
        == .success("error: a line has at most 1024 bytes; this one has more"))
    #expect(
      await ask("json close " + name.prefix(2_000))
        == .success(#"{"ok":false,"error":"a line has at most 1024 bytes; this one has more"}"#))
    control.close()
  }

  /// Says a line and goes without its answer, as a second terminal does that was told that the
  /// program hangs.
  private func sayAndGo(_ line: String) throws {
    let descriptor = try #require(try ControlCall.connect(to: path))
    let bytes = Array((line + "\n").utf8)
    #expect(write(descriptor, bytes, bytes.count) == bytes.count)
    close(descriptor)
  }

  @MainActor
  @Test(arguments: [
    "text act buy btc 1 sl 1%", "json act sell sol 1 sl 1%", "text resume", "text reload",
    "text alerts test", "text attach /dev/pts/1",
  ])
  func `J05 what nobody waits for any more is not done later`(line: String) async throws {
    var heard: [String] = []
    let control = try ControlSocket(path: path) { line, reply in
      heard.append(line)
      reply("done")
    }
    try sayAndGo(line)
    for _ in 0..<3 { #expect(await ask("text status") == .success("done")) }
    #expect(heard == ["text status", "text status", "text status"])
    control.close()
  }

  @MainActor
  @Test(arguments: [
    "text halt", "json cancel-all", "text flatten", "text close BTC-USDT",
  ])
  func `J05 what only takes risk away is done though nobody waits for it`(line: String) async throws
  {
    var control: ControlSocket?
    let heard = await withCheckedContinuation { continuation in
      do {
        control = try ControlSocket(path: path) { line, reply in
          continuation.resume(returning: line)
          reply("done")
        }
        try sayAndGo(line)
      } catch {
        continuation.resume(returning: "\(error)")
      }
    }
    #expect(heard == line)
    control?.close()
  }

  @MainActor @Test func `a caller that has no more to say is still answered`() async throws {
    let control = try ControlSocket(path: path) { line, reply in reply("did \(line)") }
    let path = path
    let answer = await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        var bytes = [UInt8](repeating: 0, count: 64)
        var address = SocketAddress(path: path)!
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        let isConnected = address.connect(descriptor)
        #expect(isConnected)
        #expect(write(descriptor, "text resume\n", 12) == 12)
        shutdown(descriptor, Int32(SHUT_WR))
        let count = recv(descriptor, &bytes, bytes.count, 0)
        continuation.resume(returning: String(decoding: bytes.prefix(max(0, count)), as: UTF8.self))
      }
    }
    #expect(answer == "did text resume\n")
    control.close()
  }

  @Test func `P04 a program that takes nobody in keeps no caller waiting for good`() throws {
    let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer {
      close(listener)
      unlink(path)
    }
    var name = sockaddr_un()
    name.sun_family = sa_family_t(AF_UNIX)
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8) }
    let isBound = withUnsafePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, size) == 0 }
    }
    #expect(isBound && listen(listener, 0) == 0)
    // The kernel keeps one caller; nobody ever takes it in.
    let first = try #require(try ControlCall.connect(to: path, patience: 1))
    defer { close(first) }
    #expect(throws: ControlCallProblem.silent(seconds: 1)) {
      try ControlCall.connect(to: path, patience: 1)
    }
  }

  @Test func `a program that did not answer may still do what it was asked for`() {
    #expect(
      ControlCallProblem.silent(seconds: 5).description == """
        The running perpdeck did not answer within 5 s. It hangs: end it with kill and start it \
        again; its journal knows every order. What was asked for may still be done if it goes on: \
        look with perpdeck status before you ask again.
        """)
  }

  @Test func `a line that was refused before all of it was said is answered`() throws {
    var ends: [Int32] = [-1, -1]
    #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    defer { close(ends[0]) }
    let bytes = Array("error: too long\n".utf8)
    #expect(write(ends[1], bytes, bytes.count) == bytes.count)
    // What is said from here on reaches nobody.
    close(ends[1])
    let answer = Result { () throws(ControlCallProblem) in
      try ControlCall.exchange("text status", over: ends[0])
    }
    #expect(answer == .success("error: too long"))
    let silence = Result { () throws(ControlCallProblem) in
      try ControlCall.exchange("text status", over: ends[0])
    }
    #expect(silence == .failure(.isEnding))
  }

  @Test func `an answer that stops before its end counts as none`() throws {
    #expect(try heard("halted: no new risk\n") == .success("halted: no new risk"))
    #expect(try heard("halted: no n") == .failure(.cutOff))
    #expect(try heard("") == .failure(.turnedAway))
  }
}
