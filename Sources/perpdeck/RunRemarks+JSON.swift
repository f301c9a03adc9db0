import JSONText
import Research
import Simulation

extension RunRemarks {
  /// The members of a JSON object that tell them.
  var members: String {
    let object = JSONOutput.text { writer in
      writer.key("denied")
      if let denied {
        writer.beginObject()
        writer.key("code")
        writer.string(denied.code)
        writer.key("count")
        writer.integer(denied.count)
        writer.endObject()
      } else {
        writer.null()
      }
      writer.key("stood_still")
      if let standstill {
        standstill.write(to: &writer)
      } else {
        writer.null()
      }
    }
    return String(object.dropFirst().dropLast())
  }
}

extension BacktestPlan {
  /// The members of a JSON object that tell what is to be said of the inputs.
  var inputMembers: String {
    let object = JSONOutput.text { writer in
      writer.key("missing_candles")
      writer.integer(gaps.reduce(0) { $0 + $1.count })
      writer.key("doubts")
      writer.beginArray()
      for doubt in doubts { writer.string(doubt) }
      writer.endArray()
    }
    return String(object.dropFirst().dropLast())
  }
}
