"""The label that says a text was made by AI: GB 45438-2025, 网络安全技术 人工智能生成合成内容标识方法."""
