import WeirBase

extension ParquetWriter {
  /// What stands at the end of the file.
  func description() -> [UInt8] {
    var writer = ThriftWriter()
    let fields = schema?.fields ?? []
    let durations = fields.indices.filter { fields[$0].type == .duration }
    writer.structure { w in
      w.field(1, int32: 2)
      w.field(2, listOf: .structure, 0...fields.count) { w, item in
        w.structure { w in
          if item == 0 {
            w.field(4, text: "schema")
            w.field(5, int32: fields.count)
          } else {
            element(fields[item - 1].name, fields[item - 1].type, &w)
          }
        }
      }
      w.field(3, int64: groups.reduce(0) { $0 + $1.rowCount })
      w.field(4, listOf: .structure, groups.indices) { w, index in
        w.structure { w in describe(groups[index], fields, &w) }
      }
      if !durations.isEmpty {
        w.field(5, listOf: .structure, 0..<1) { w, _ in
          w.structure { w in
            w.field(1, text: ParquetWriter.durationNote)
            w.field(2, text: durations.map(String.init).joined(separator: ","))
          }
        }
      }
      w.field(6, text: "weir")
      // Smallest and largest values are by the order of the type.
      w.field(7, listOf: .structure, fields.indices) { w, _ in w.structure { $0.field(1) { _ in } } }
    }
    return writer.bytes
  }

  private func element(_ name: String, _ type: ColumnType?, _ w: inout ThriftWriter) {
    w.field(1, int32: ParquetChunkWriter.physical(type).rawValue)
    w.field(3, int32: 1)
    w.field(4, text: name)
    switch type {
    case .text:
      w.field(6, int32: 0)
      w.field(10) { $0.field(1) { _ in } }
    case .date:
      w.field(6, int32: 6)
      w.field(10) { $0.field(6) { _ in } }
    case .dateTime:
      w.field(10) { w in
        w.field(8) { w in
          w.field(1, bool: false)
          w.field(2) { $0.field(2) { _ in } }
        }
      }
    case .bool, .int, .float, .duration, .object, nil: break
    }
  }

  private func describe(_ group: Group, _ fields: [TableSchema.Field], _ w: inout ThriftWriter) {
    let chunks = group.chunks
    w.field(1, listOf: .structure, chunks.indices) { w, index in
      let chunk = chunks[index]
      w.structure { w in
        w.field(2, int64: 0)
        w.field(3) { w in
          w.field(1, int32: ParquetChunkWriter.physical(fields[index].type).rawValue)
          w.field(2, listOf: .int32, chunk.encodings) { w, encoding in w.item(encoding) }
          w.field(3, listOf: .binary, [fields[index].name]) { w, name in w.item(Array(name.utf8)) }
          w.field(4, int32: options.codec.rawValue)
          w.field(5, int64: group.rowCount)
          w.field(6, int64: chunk.unpackedCount)
          w.field(7, int64: chunk.byteCount)
          w.field(9, int64: chunk.start + chunk.dictionaryBytes)
          if chunk.dictionaryBytes > 0 { w.field(11, int64: chunk.start) }
          w.field(12) { w in
            w.field(3, int64: chunk.missing)
            if let range = chunk.range {
              w.field(5, bytes: range.largest)
              w.field(6, bytes: range.least)
            }
          }
        }
      }
    }
    w.field(2, int64: chunks.reduce(0) { $0 + $1.unpackedCount })
    w.field(3, int64: group.rowCount)
  }
}
