import CNCurses
import Dispatch
import Glibc
import Screen
import Synchronization

/// What comes from the terminal.
public enum TerminalEvent: Equatable, Sendable {
  /// Keys, pastes and clicks in order.
  case keys([Key])
  /// The terminal has another size; what it shows is repainted with the next frame.
  case resized(Size)
  /// Somebody sent SIGTSTP; answer with `suspend()` or ignore it.
  case suspendRequested
  /// The process is in the foreground again after it was stopped.
  case resumed(Size)
  /// The terminal is gone.
  case closed
}

/// What a terminal can do, known once it was started.
public struct TerminalAbilities: Equatable, Sendable {
  /// Columns and rows at the start.
  public let size: Size
  /// Number of colors in use.
  public let level: ColorLevel
  /// Whether anything but ASCII is shown.
  public let isUnicode: Bool
}

/// Counts of what was drawn since the start.
public struct TerminalStatistics: Equatable, Sendable {
  /// Frames of which at least one byte was written.
  public var framesWritten = 0
  /// Frames that a later one replaced before they were drawn.
  public var framesDropped = 0
  /// Bytes written for frames.
  public var bytesWritten = 0
}

/// The terminal: shows frames on a queue of its own and reads keys on the queue where they are
/// answered, which saves each a change of thread. What it understands comes from the descriptions
/// of terminals that ncurses keeps.
///
/// Nothing here makes the caller wait for a terminal that has stopped reading, except `stop()`,
/// which waits at most half a second. Of frames that come faster than they can be drawn, the latest
/// wins. The terminal is given back on `stop()`, on `exit`, and on every signal that kills.
public final class CursesTerminal: @unchecked Sendable {
  // Unchecked because the session and the sources are used on `queue` alone, and what is typed on
  // `answering` alone; what other threads touch as well is atomic or under a lock.

  private let queue = DispatchQueue(label: "terminal", qos: .userInteractive)
  private let answering: DispatchQueue
  private let options: TerminalOptions
  private let deliver: @Sendable (TerminalEvent) -> Void
  private let latest = Mutex<Frame?>(nil)
  private let counts = Mutex(TerminalStatistics())
  private var session: Session?
  private let isShown = Atomic(false)
  private var decoder = KeyDecoder()
  private var decoderGeneration = 0
  private var isClosed = false
  /// What is typed; made on `queue` before it is used on `answering`.
  private var input: (any DispatchSourceRead)?
  private let isEnded = Atomic(false)
  private var sources: [any DispatchSourceProtocol] = []
  private var writeSource: (any DispatchSourceWrite)?

  /// How often a process in the background looks whether the terminal is its own again.
  private static let foregroundLook = DispatchTimeInterval.milliseconds(300)

  /// A terminal that has not been touched yet.
  ///
  /// - Parameters:
  ///   - answering: the serial queue on which what happens is told.
  ///   - deliver: called there with what happens.
  public init(
    _ options: TerminalOptions, answering: DispatchQueue = .main,
    deliver: @escaping @Sendable (TerminalEvent) -> Void
  ) {
    self.answering = answering
    self.options = options
    self.deliver = deliver
  }

  /// Takes the terminal: full screen, raw keys.
  ///
  /// - Throws: `TerminalError` when there is no terminal or none that can be drawn on.
  public func start() throws(TerminalError) -> TerminalAbilities {
    cn_guard_cover_thread()
    let result = queue.sync { () -> Result<TerminalAbilities, TerminalError> in
      do throws(TerminalError) {
        return .success(try begin())
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private func begin() throws(TerminalError) -> TerminalAbilities {
    precondition(session == nil, "the terminal was started twice")
    let session = try Session(options)
    self.session = session
    session.enter(options)
    isShown.store(true, ordering: .releasing)
    listen(session)
    if session.isBlocked { waitUntilWritable(session) }
    return TerminalAbilities(
      size: session.size, level: session.level, isUnicode: session.isUnicode)
  }

  /// Shows a frame as soon as the terminal takes it; one that waited is dropped for it.
  public func show(_ frame: Frame) {
    cn_guard_cover_thread()
    let replaced = latest.withLock { slot in
      defer { slot = frame }
      return slot != nil
    }
    if replaced {
      counts.withLock { $0.framesDropped += 1 }
    } else {
      queue.async { self.paint() }
    }
  }

  /// Makes the terminal be noticed with the next frame.
  public func attract(_ attention: TerminalAttention) {
    queue.async { [self] in session?.add(attention: attention.sequence(options.environment)) }
  }

  /// Gives the terminal back for good. Waits for it at most half a second.
  public func stop() {
    queue.sync { end() }
  }

  /// Gives the terminal back and stops the process, as Ctrl-Z does elsewhere.
  ///
  /// `resumed` is delivered when it runs again in the foreground. In a process that no shell could
  /// wake up, the kernel does not stop it and `resumed` follows at once.
  public func suspend() {
    queue.async { self.suspendNow() }
  }

  /// What was drawn since the start.
  public var statistics: TerminalStatistics { counts.withLock { $0 } }

  // All below runs on `queue`.

  private func end() {
    dispatchPrecondition(condition: .onQueue(queue))
    guard let session else { return }
    isShown.store(false, ordering: .releasing)
    isEnded.store(true, ordering: .releasing)
    for source in sources { source.cancel() }
    sources = []
    writeSource?.cancel()
    writeSource = nil
    session.end()
    self.session = nil
  }

  private func paint() {
    dispatchPrecondition(condition: .onQueue(queue))
    cn_guard_cover_thread()
    guard let session, session.isActive else {
      // A frame that stayed here would keep the next one from asking to be painted.
      latest.withLock { $0 = nil }
      return
    }
    guard !session.isBlocked else { return }
    guard let frame = latest.withLock({ $0.take() }) else { return }
    guard session.paint(frame) else { return }
    let bytes = session.frameBytes
    let isDone = session.flush()
    counts.withLock {
      $0.framesWritten += 1
      $0.bytesWritten += bytes
    }
    if !isDone { waitUntilWritable(session) }
  }

  private func waitUntilWritable(_ session: Session) {
    guard writeSource == nil else { return }
    // Each source has a file of its own, closed when the source is done with it.
    let file = dup(session.device.file)
    let source = DispatchSource.makeWriteSource(fileDescriptor: file, queue: queue)
    source.setEventHandler { [weak self] in self?.continueWriting() }
    source.setCancelHandler { close(file) }
    source.activate()
    writeSource = source
  }

  private func continueWriting() {
    guard let session, session.flush() else { return }
    writeSource?.cancel()
    writeSource = nil
    paint()
  }

  private func listen(_ session: Session) {
    let file = dup(session.device.file)
    let input = DispatchSource.makeReadSource(fileDescriptor: file, queue: answering)
    input.setEventHandler { [weak self] in self?.readKeys(file) }
    input.setCancelHandler { close(file) }
    self.input = input
    input.activate()
    sources.append(input)
    listen(to: SIGWINCH) { $0.resize() }
    listen(to: SIGCONT) { $0.resume() }
    listen(to: SIGTSTP) { $0.tell(.suspendRequested) }
  }

  private func listen(
    to signal: Int32, _ react: @escaping @Sendable (CursesTerminal) -> Void
  ) {
    let source = DispatchSource.makeSignalSource(signal: signal, queue: queue)
    source.setEventHandler { [weak self] in self.map(react) }
    // A change of size before the source listens would be missed.
    source.setRegistrationHandler { [weak self] in self?.resize() }
    source.activate()
    sources.append(source)
  }

  private func tell(_ event: TerminalEvent) {
    answering.async { self.deliver(event) }
  }

  private func resize() {
    guard let session, session.isActive, session.resize() else { return }
    tell(.resized(session.size))
  }

  private func suspendNow() {
    dispatchPrecondition(condition: .onQueue(queue))
    guard let session, session.isActive else { return }
    isShown.store(false, ordering: .releasing)
    session.leave()
    // SIGSTOP and not SIGTSTP, which the source that listens for it could take away. The whole
    // group stops, so that a `make` in front of this process does not keep the shell waiting. This
    // thread may run on for a moment before it stops too: it is SIGCONT that takes the terminal
    // again, or the shell would get it back in a state that is not its own.
    if JobControl.hasShell, kill(0, SIGSTOP) == 0 { return }
    resume()
  }

  /// Takes the terminal again after a stop, once the process is in the foreground.
  private func resume() {
    guard let session else { return }
    guard session.device.isForeground else {
      queue.asyncAfter(deadline: .now() + Self.foregroundLook) { [weak self] in self?.resume() }
      return
    }
    if session.isActive {
      session.device.makeRaw()
      session.resize()
      session.repaint()
    } else {
      session.enter(options)
      isShown.store(true, ordering: .releasing)
      if session.isBlocked { waitUntilWritable(session) }
    }
    tell(.resumed(session.size))
  }

  // All below runs on `answering`.

  private func readKeys(_ file: Int32) {
    guard !isClosed else { return }
    guard let bytes = Device.read(file) else {
      // What is typed for the shell is not for a job in the background: the kernel refuses it.
      guard Device.isForeground(file) else {
        input?.suspend()
        return listenInForeground(file)
      }
      isClosed = true
      queue.async { self.sources.first?.cancel() }
      deliver(.closed)
      return
    }
    guard isShown.load(ordering: .acquiring) else { return }
    take(decoder.feed(bytes), file)
  }

  /// Listens to keys again once the process is in the foreground; also at the end, for a source
  /// that rests cannot be let go.
  private func listenInForeground(_ file: Int32) {
    answering.asyncAfter(deadline: .now() + Self.foregroundLook) { [self] in
      guard !isEnded.load(ordering: .acquiring), !Device.isForeground(file) else {
        input?.resume()
        return
      }
      listenInForeground(file)
    }
  }

  /// Tells of keys, and has the decoder's patience run out unless more bytes come before.
  private func take(_ keys: [Key], _ file: Int32) {
    if !keys.isEmpty { deliver(.keys(keys)) }
    decoderGeneration += 1
    guard let patience = decoder.patience else { return }
    let generation = decoderGeneration
    answering.asyncAfter(deadline: .now() + .milliseconds(patience)) { [weak self] in
      self?.expire(generation, file)
    }
  }

  private func expire(_ generation: Int, _ file: Int32) {
    guard decoderGeneration == generation, isShown.load(ordering: .acquiring) else { return }
    // On a busy queue the rest of a sequence may have come in time and wait to be read.
    let rest = Device.read(file) ?? []
    take(rest.isEmpty ? decoder.expire() : decoder.feed(rest), file)
  }
}
