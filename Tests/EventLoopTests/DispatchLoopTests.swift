import EventLoop
import Glibc
import Testing

@MainActor struct DispatchLoopTests {
  @Test func `calls actions in order and not before they are due`() async {
    let loop = DispatchLoop()
    let notes = Notes()
    let start = loop.now
    await withCheckedContinuation { done in
      loop.schedule(after: 12) {
        notes.add("late")
        done.resume()
      }
      loop.schedule(at: start.advanced(byMilliseconds: 4)) {
        notes.add(loop.now >= start.advanced(byMilliseconds: 4) ? "due" : "early")
      }
      loop.schedule(at: WallTime(milliseconds: 0)) { notes.add("past 1") }
      loop.schedule(at: WallTime(milliseconds: 0)) { notes.add("past 2") }
      notes.add("none yet")
    }
    #expect(notes.take() == ["none yet", "past 1", "past 2", "due", "late"])
    #expect(loop.now >= start.advanced(byMilliseconds: 12))
  }

  @Test func `does not call a canceled action`() async {
    let loop = DispatchLoop()
    let notes = Notes()
    await withCheckedContinuation { done in
      let token = loop.schedule(after: 1) { notes.add("canceled") }
      loop.cancel(token)
      loop.schedule(after: 5) { done.resume() }
    }
    #expect(notes.take() == [])
  }

  @Test func `posts run in order, from this thread and from others`() async {
    let loop = DispatchLoop()
    let notes = Notes()
    await withCheckedContinuation { done in
      loop.post { notes.add("1") }
      loop.post { notes.add("2") }
      loop.postFromAnyThread {
        notes.add("3")
        done.resume()
      }
    }
    #expect(notes.take() == ["1", "2", "3"])
  }

  @Test func `knows that another thread waits until it was called`() async {
    let loop = DispatchLoop()
    var seen: [Bool] = []
    await withCheckedContinuation { done in
      loop.post { seen.append(loop.isAwaited) }
      loop.postFromAnyThread {
        seen.append(loop.isAwaited)
        done.resume()
      }
      seen.append(loop.isAwaited)
    }
    #expect(seen == [true, true, false])
  }

  @Test func `an immediate action that schedules itself starves nobody`() async {
    let loop = DispatchLoop()
    let chain = Chain(loop: loop)
    chain.step()
    await withCheckedContinuation { done in
      loop.post { loop.schedule(after: 3) { done.resume() } }
    }
    chain.stop()
    #expect(chain.steps > 1)
  }

  @Test func `stays awake while it should, not for ever, and does all else meanwhile`() async {
    let loop = DispatchLoop()
    let notes = Notes()
    var looks = 0
    await withCheckedContinuation { done in
      // A machine that stands still for long is not what ends it.
      loop.stayAwake(atMost: 600_000_000) {
        looks += 1
        if looks == 5 { loop.schedule(after: 3) { done.resume() } }
        return looks < 5
      }
      loop.post { notes.add("posted") }
    }
    #expect(looks == 5)
    #expect(notes.take() == ["posted"])
    await withCheckedContinuation { done in
      loop.stayAwake(atMost: 2_000) {
        looks += 1
        return true
      }
      loop.schedule(after: 10) {
        notes.add("due")
        done.resume()
      }
    }
    let seen = looks
    await withCheckedContinuation { done in
      loop.schedule(after: 3) { done.resume() }
    }
    #expect(seen > 5)
    #expect(looks == seen)
    #expect(notes.take() == ["due"])
  }

  @Test func `measures how late it is`() async {
    let loop = DispatchLoop()
    loop.startProbing()
    await withCheckedContinuation { done in
      loop.schedule(after: 1) {
        // Keeps the loop busy on purpose, until the next timer is clearly late.
        let begin = loop.uptime
        while loop.uptime.microseconds(since: begin) < 30_000 {}
      }
      loop.schedule(after: 2) { done.resume() }
    }
    #expect(loop.takeWorstLateness() >= 25)
    #expect(loop.takeWorstLateness() == 0)
  }

  @Test func `tells the present like the system's clock`() {
    let loop = DispatchLoop()
    func system() -> Int64 {
      var time = timespec()
      clock_gettime(CLOCK_REALTIME, &time)
      return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
    let before = system()
    let now = loop.now.milliseconds
    #expect(now > before - 1_000)
    #expect(now < system() + 1_000)
    #expect(abs(loop.wallClockStep) < 1_000)
  }

  @Test func `a signal reaches its watch`() async {
    let loop = DispatchLoop()
    let keeper = Keeper()
    await withCheckedContinuation { done in
      keeper.signalWatch = SignalWatch(SIGUSR2) {
        guard keeper.signalWatch != nil else { return }
        keeper.signalWatch = nil
        done.resume()
      }
      // The watch begins in its own time, so a single signal might come too early.
      @MainActor func send() {
        guard keeper.signalWatch != nil else { return }
        kill(getpid(), SIGUSR2)
        loop.schedule(after: 2, send)
      }
      send()
    }
    #expect(keeper.signalWatch == nil)
  }

  @Test func `a readable descriptor reaches its watch, which lets go before it is closed`() async {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    let (reader, writer) = (ends[0], ends[1])
    let keeper = Keeper()
    await withCheckedContinuation { released in
      keeper.watch = ReadWatch(
        fileDescriptor: reader,
        whenReleased: {
          close(reader)
          released.resume()
        },
        {
          var byte: UInt8 = 0
          #expect(read(reader, &byte, 1) == 1)
          #expect(byte == 7)
          keeper.watch = nil
        })
      var byte: UInt8 = 7
      #expect(write(writer, &byte, 1) == 1)
    }
    close(writer)
  }
}

/// An action that schedules itself again at once.
@MainActor private final class Chain {
  private let loop: DispatchLoop
  private var isStopped = false
  private(set) var steps = 0

  init(loop: DispatchLoop) {
    self.loop = loop
  }

  func step() {
    guard !isStopped else { return }
    steps += 1
    loop.schedule(after: 0) { [self] in step() }
  }

  func stop() { isStopped = true }
}

/// Keeps a watch until its own action lets it go.
@MainActor private final class Keeper {
  var watch: ReadWatch?
  var signalWatch: SignalWatch?
}
