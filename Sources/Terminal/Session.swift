import CNCurses
import Glibc
import Screen

/// The terminal while it is ours: its file, its modes, what it shows and the bytes on their way.
///
/// Used on the terminal's queue alone, for there is one session in a process.
final class Session {
  let device: Device
  let modes: Modes
  let level: ColorLevel
  let isUnicode: Bool
  private(set) var size: Size
  private(set) var isActive = false
  private var painter: Painter
  private var title: String?
  /// Sequences that go out with the next frame.
  private var attention = ""
  /// Bytes of the last frame; those before `written` have left.
  private var output: [UInt8] = []
  private var written = 0

  /// A frame of fewer bytes is shown at once anyway, being written in one piece.
  private static let smallUpdate = 128

  init(_ options: TerminalOptions) throws(TerminalError) {
    let profile = try TerminalProfile(options)
    let device = try Device(path: options.device)
    do throws(TerminalError) {
      let isUTF8 = Self.useEncoding(of: options.environment)
      try Self.open(profile, device)
      self.device = device
      size = device.size
      isUnicode = isUTF8 && !options.isASCII
      let colors = profile.level == .mono ? 0 : Int(cn_colors())
      level = Self.level(profile.level, colors: colors)
      modes = Modes(profile, usesMouse: options.usesMouse)
      let palette = Palette(level: level, scheme: options.scheme, isLight: profile.isLight)
      painter = Painter(palette: palette, isUnicode: isUnicode)
    } catch {
      close(device.file)
      throw error
    }
  }

  deinit {
    close(device.file)
  }

  /// Selects the encoding that an environment names, else that of the process; whether it is UTF-8.
  /// A locale that is not installed here, as after `ssh` from elsewhere, still tells what the
  /// terminal understands.
  private static func useEncoding(of environment: [String: String]) -> Bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }
    let name = names.first { !$0.isEmpty } ?? ""
    if cn_use_encoding(name) != 0 { return true }
    let codeset = name.lowercased().filter { $0 != "-" }
    return codeset.contains(".utf8") && cn_use_encoding("C.UTF-8") != 0
  }

  private static func open(
    _ profile: TerminalProfile, _ device: Device
  ) throws(TerminalError) {
    let size = device.size
    for type in profile.types {
      let code = cn_probe(type)
      if code == CN_NO_CURSOR_ADDRESSING, type == profile.name {
        throw .dumbTerminal(type)
      }
      guard code == CN_OK else { continue }
      if cn_open(type, Int32(size.height), Int32(size.width)) == CN_OK { return }
    }
    throw .unknownTerminal(profile.name)
  }

  /// The level wished for, as far as the terminal's number of colors goes.
  private static func level(_ wish: ColorLevel, colors: Int) -> ColorLevel {
    if wish == .mono || colors < 8 { return .mono }
    if colors < 256 { return .sixteen }
    if colors > 256 { return wish == .sixteen ? .sixteen : .truecolor }
    return min(wish, .indexed)
  }

  /// Takes the terminal: raw input, full screen, modes; the next frame is painted in full.
  func enter(_ options: TerminalOptions) {
    guard !isActive else { return }
    isActive = true
    arm(options.crashNote)
    if let log = options.log { cn_guard_redirect(log) }
    device.makeRaw()
    resize()
    cn_enter()
    collect(prefix: "", suffix: modes.enter)
    title = nil
    painter.forget()
    flush()
  }

  /// Gives the terminal back; waits a moment for one that does not read, then gives up on it.
  func leave() {
    guard isActive else { return }
    isActive = false
    if isBlocked {
      device.discardOutput()
      // The tail of a frame was lost with it: end whatever sequence it was cut in.
      output = Array("\u{18}".utf8)
      written = 0
    }
    cn_leave()
    collect(prefix: modes.leave, suffix: "")
    for _ in 0..<5 where !flush() {
      var wait = pollfd(fd: device.file, events: Int16(POLLOUT), revents: 0)
      poll(&wait, 1, 100)
    }
    if isBlocked {
      cn_guard_restore()
    } else {
      device.restore()
      cn_guard_undo_redirect()
    }
    cn_guard_disarm()
    output = []
    written = 0
  }

  /// Frees what the terminal's description holds; the session is then over.
  func end() {
    leave()
    cn_free()
  }

  private func arm(_ note: String) {
    var settings = device.settings
    let sequence = Array(modes.restore.utf8CString)
    cn_guard_arm(device.file, &settings, sequence, sequence.count - 1, note)
  }

  /// Asks the terminal for its size; true if it is another.
  @discardableResult
  func resize() -> Bool {
    let now = device.size
    guard now != size else { return false }
    size = now
    cn_resize(Int32(now.height), Int32(now.width))
    painter.forget()
    return true
  }

  /// Sends a sequence with the next frame, so that it never stands inside of one; a few at most.
  func add(attention sequence: String) {
    if attention.utf8.count < 4_096 { attention += sequence }
  }

  /// Paints all of the next frame, whatever the terminal shows.
  func repaint() {
    painter.forget()
  }

  /// Works out the bytes of a frame; false if there are none. Not while bytes are on their way.
  func paint(_ frame: Frame) -> Bool {
    precondition(!isBlocked, "a frame was painted over one that is still being written")
    guard isActive else { return false }
    let hasChanged = painter.paint(frame, size: size)
    var prefix = attention
    attention = ""
    if let title = frame.title, title != self.title {
      self.title = title
      prefix += modes.title(title)
    }
    guard hasChanged || !prefix.isEmpty else { return false }
    collect(prefix: prefix, suffix: "")
    return !output.isEmpty
  }

  /// Bytes of the frame that is on its way.
  var frameBytes: Int { output.count }

  /// Whether the terminal has not taken all bytes yet.
  var isBlocked: Bool { written < output.count }

  /// Writes what the terminal takes; true when all is written, or when it is gone.
  @discardableResult
  func flush() -> Bool {
    let count = output.withUnsafeBytes { bytes in
      device.write(UnsafeRawBufferPointer(rebasing: bytes[written...]))
    }
    guard let count else {
      output.removeAll()
      written = 0
      return true
    }
    written += count
    guard written == output.count else { return false }
    output.removeAll(keepingCapacity: output.count < 1 << 16)
    written = 0
    return true
  }

  /// Appends what was painted, inside the marks of a synchronized update if it is long.
  private func collect(prefix: String, suffix: String) {
    let waiting = cn_waiting()
    let isLong = waiting > Self.smallUpdate
    output.append(contentsOf: prefix.utf8)
    if isLong { output.append(contentsOf: modes.begin.utf8) }
    output.append(contentsOf: UnsafeBufferPointer(start: cn_bytes(), count: waiting))
    cn_taken()
    if isLong { output.append(contentsOf: modes.end.utf8) }
    output.append(contentsOf: suffix.utf8)
  }
}
