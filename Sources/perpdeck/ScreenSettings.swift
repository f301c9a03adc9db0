import Dashboard
import Settings

extension BotSettings {
  /// The key table with the user's own keys, or everything that is wrong with those.
  func keymap() throws(ProgramFailure) -> Keymap {
    do throws(KeymapProblems) {
      return try Keymap.standard.changed(
        by: keys.list.map {
          KeyChange(
            context: $0.context, action: $0.action, keys: $0.keys, place: "\($0.place)")
        })
    } catch {
      throw ProgramFailure(error.description)
    }
  }

  /// The orders that the user named, or everything that is wrong with them.
  func orderTemplates() throws(ProgramFailure) -> [OrderTemplate] {
    var problems: [String] = []
    let read = templates.list.compactMap { setting -> OrderTemplate? in
      do throws(OrderTemplateProblem) {
        return try OrderTemplate(name: setting.name, text: setting.line)
      } catch {
        problems.append("\(setting.place): template \(setting.name): \(error)")
        return nil
      }
    }
    guard problems.isEmpty else { throw ProgramFailure(problems.joined(separator: "\n")) }
    return read
  }
}
