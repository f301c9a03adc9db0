import Glibc
import Runtime
import Settings
import Trading

/// The line to a running program: finds its socket, says one thing, hears one answer.
struct ControlLine {
  private let data: String
  private let mode: String?
  private let account: String?

  /// A program that runs: the socket to it, or why it takes nobody in.
  private struct Program {
    let name: String
    let socket: Result<Int32, ControlCallProblem>

    /// Calls the one at a place; nil when none runs there.
    init?(_ place: (name: String, path: String)) {
      name = place.name
      do throws(ControlCallProblem) {
        guard let found = try ControlCall.connect(to: place.path) else { return nil }
        socket = .success(found)
      } catch {
        socket = .failure(error)
      }
    }

    func close() {
      if case .success(let descriptor) = socket { Glibc.close(descriptor) }
    }
  }

  /// Looks under a data folder, for the mode and the account when they are named.
  init(data: String, mode: String?, account: String?) {
    self.data = data
    self.mode = mode
    self.account = account
  }

  /// Returns the answer to a line, or throws why there is none.
  func ask(_ line: String) throws -> String {
    let (places, unreadable) = candidates()
    let running = places.compactMap(Program.init)
    defer { for one in running { one.close() } }
    guard let one = running.first else {
      if let folder = unreadable.first {
        throw ProgramFailure(
          "\(folder) cannot be read: whether a perpdeck runs there is not known. "
            + "Ask as the user who runs it, or name another folder with --data.")
      }
      throw ProgramFailure(
        "No perpdeck is running\(of()) in \(data). Start one, or name its folder with --data.")
    }
    guard running.count == 1 else {
      throw ProgramFailure(
        "Several are running: \(running.map(\.name).joined(separator: ", ")). "
          + "Choose one with --mode and --account.")
    }
    do throws(ControlCallProblem) {
      return try ControlCall.exchange(line, over: one.socket.get())
    } catch {
      throw ProgramFailure(error.description)
    }
  }

  private func of() -> String {
    [mode.map { " in mode \($0)" }, account.map { " for the account \($0)" }]
      .compactMap { $0 }.joined()
  }

  /// Where a program may listen, and the folders that do not say.
  private func candidates() -> (places: [(name: String, path: String)], unreadable: [String]) {
    var unreadable: [String] = []
    let modes = mode.map { [$0] } ?? Self.names(in: data, &unreadable)
    let places = modes.flatMap { mode in
      (account.map { [$0] } ?? Self.names(in: data + "/" + mode, &unreadable)).map { account in
        ("\(mode) \(account)", "\(data)/\(mode)/\(account)/control.sock")
      }
    }
    return (places, unreadable)
  }

  /// The names in a folder, none where there is no such folder; one that is there and cannot be
  /// read is noted.
  private static func names(in folder: String, _ unreadable: inout [String]) -> [String] {
    guard let directory = opendir(folder) else {
      if errno != ENOENT, errno != ENOTDIR { unreadable.append(folder) }
      return []
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }
}
