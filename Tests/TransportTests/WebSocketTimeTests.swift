import Dispatch
import EventLoop
import Testing

@testable import Transport

extension LiveLoop {
  /// What a stream does when time passes, with the time moved by the test.
  @MainActor struct WebSocketTimeTests {
    let loop = ManualLoop()
    let network: CurlMulti
    let listener = Listener()

    init() {
      network = CurlMulti(loop: loop)
    }

    @Test func `W09 gives up a handshake that is not answered`() async throws {
      let server = LoopbackServer { peer, _ in peer.waitForEnd() }
      var options = WebSocketOptions()
      options.openDeadline = 8_000
      try listener.connect(network, "ws://127.0.0.1:\(server.port)/", options)
      loop.advance(byMilliseconds: 7_999)
      #expect(listener.heard == [])
      loop.advance(byMilliseconds: 1)
      #expect(
        listener.heard == [
          "closed: No connection to 127.0.0.1:\(server.port) within 8 s: check the network."
        ])
    }

    @Test func `W02 pings and gives up when nothing comes`() async throws {
      let pings = Shared(0)
      let ended = DispatchSemaphore(value: 0)
      let server = LoopbackServer { peer, _ in
        peer.upgrade()
        while let (first, _) = peer.readFrame() {
          if first == 0x89 { pings.update { $0 += 1 } }
        }
        ended.signal()
      }
      var options = WebSocketOptions()
      options.pingAfter = 4_000
      options.idleLimit = 10_000
      try listener.connect(network, "ws://127.0.0.1:\(server.port)/", options)
      await listener.wait(for: 1)
      loop.advance(byMilliseconds: 9_999)
      #expect(listener.heard == ["opened"])
      loop.advance(byMilliseconds: 1)
      #expect(
        listener.heard == [
          "opened", "closed: Nothing came from 127.0.0.1:\(server.port) for 10 s.",
        ])
      #expect(await isSignaled(ended))
      #expect(pings.value == 2)
    }

    @Test func `W03 lives on while anything comes`() async throws {
      let server = LoopbackServer { peer, _ in
        peer.upgrade()
        while peer.readFrame() != nil { peer.write(ServerFrame.text("tick")) }
      }
      var options = WebSocketOptions()
      options.idleLimit = 10_000
      try listener.connect(network, "ws://127.0.0.1:\(server.port)/", options)
      await listener.wait(for: 1)
      for round in 1...5 {
        loop.advance(byMilliseconds: 9_999)
        try listener.stream?.send("?")
        await listener.wait(for: 1 + round)
      }
      #expect(listener.heard == ["opened", "tick", "tick", "tick", "tick", "tick"])
    }

    @Test func `W10 bounds what waits, and gives up a server that takes nothing`() async throws {
      let stop = DispatchSemaphore(value: 0)
      let server = LoopbackServer { peer, _ in
        peer.upgrade()
        // Reads nothing until the test is over.
        stop.wait()
      }
      defer { stop.signal() }
      var options = WebSocketOptions()
      options.sendQueueLimit = 1 << 20
      options.sendLimit = 3_000
      try listener.connect(network, "ws://127.0.0.1:\(server.port)/", options)
      await listener.wait(for: 1)
      let stream = try #require(listener.stream)
      let message = String(repeating: "x", count: 100_000)
      var failure: TransportError?
      // The kernel's buffers take some megabytes first.
      while failure == nil {
        do { try stream.send(message) } catch { failure = error }
      }
      #expect(failure == .sendQueueFull(host: "127.0.0.1:\(server.port)", limit: 1 << 20))
      #expect((900_000...(1 << 20) + 100).contains(stream.bytesToSend))
      loop.advance(byMilliseconds: 2_999)
      #expect(listener.heard == ["opened"])
      loop.advance(byMilliseconds: 1)
      #expect(
        listener.heard == [
          "opened", "closed: 127.0.0.1:\(server.port) has taken nothing for 3 s.",
        ])
    }

    @Test func `waits only so long for the answer to a close frame`() async throws {
      let server = LoopbackServer { peer, _ in
        peer.upgrade()
        peer.waitForEnd()
      }
      try listener.connect(network, "ws://127.0.0.1:\(server.port)/")
      await listener.wait(for: 1)
      listener.stream?.close()
      loop.advance(byMilliseconds: 999)
      #expect(listener.heard == ["opened"])
      loop.advance(byMilliseconds: 1)
      #expect(
        listener.heard == [
          "opened", "closed: The stream to 127.0.0.1:\(server.port) was closed by us.",
        ])
    }

    /// Waits for a server's thread without holding up the main actor.
    func isSignaled(_ semaphore: DispatchSemaphore) async -> Bool {
      await withCheckedContinuation { done in
        DispatchQueue.global().async {
          done.resume(returning: semaphore.wait(timeout: .now() + 20) == .success)
        }
      }
    }
  }
}
