"""ask.py [CLIENT WAY MODEL PROMPT]...: asks with real clients, and prints each answer's text on a line.

CLIENT is one of CLIENTS below; WAY is plain or stream, or one of them behind "failing-" where the client has to raise an error:
its class is printed then. Nothing here names an address: the clients find it as they do in
anybody's script, in their own variables or defaults.
"""

import sys


def openai(way, model, prompt):
    from openai import OpenAI

    messages = [{"role": "user", "content": prompt}]
    if way == "plain":
        return OpenAI().chat.completions.create(model=model, messages=messages).choices[0].message.content
    stream = OpenAI().chat.completions.create(model=model, messages=messages, stream=True)
    # As many scripts do it: a chunk without choices would end this with an error.
    return "".join(chunk.choices[0].delta.content or "" for chunk in stream)


def openai_responses(way, model, prompt):
    from openai import OpenAI

    if way == "plain":
        return OpenAI().responses.create(model=model, input=prompt).output_text
    stream = OpenAI().responses.create(model=model, input=prompt, stream=True)
    return "".join(event.delta for event in stream if event.type == "response.output_text.delta")


def openai_completions(way, model, prompt):
    from openai import OpenAI

    if way == "plain":
        return OpenAI().completions.create(model=model, prompt=prompt).choices[0].text
    stream = OpenAI().completions.create(model=model, prompt=prompt, stream=True)
    return "".join(chunk.choices[0].text for chunk in stream)


def openai_embeddings(way, model, prompt):
    from openai import OpenAI

    return str(OpenAI().embeddings.create(model=model, input=[prompt, prompt + " again"]).data[1].embedding)


def azure(way, model, prompt):
    from openai import AzureOpenAI

    messages = [{"role": "user", "content": prompt}]
    if way == "plain":
        return AzureOpenAI().chat.completions.create(model=model, messages=messages).choices[0].message.content
    stream = AzureOpenAI().chat.completions.create(model=model, messages=messages, stream=True)
    return "".join(chunk.choices[0].delta.content or "" for chunk in stream)


def azure_responses(way, model, prompt):
    from openai import AzureOpenAI

    if way == "plain":
        return AzureOpenAI().responses.create(model=model, input=prompt).output_text
    stream = AzureOpenAI().responses.create(model=model, input=prompt, stream=True)
    return "".join(event.delta for event in stream if event.type == "response.output_text.delta")


def azure_embeddings(way, model, prompt):
    from openai import AzureOpenAI

    return str(AzureOpenAI().embeddings.create(model=model, input=[prompt, prompt + " again"]).data[1].embedding)


def anthropic(way, model, prompt):
    from anthropic import Anthropic

    asked = {"model": model, "max_tokens": 64, "messages": [{"role": "user", "content": prompt}]}
    if way == "plain":
        return Anthropic().messages.create(**asked).content[0].text
    with Anthropic().messages.stream(**asked) as stream:
        return "".join(stream.text_stream)


def google_genai(way, model, prompt):
    from google import genai

    client = genai.Client()
    if way == "plain":
        return client.models.generate_content(model=model, contents=prompt).text
    return "".join(chunk.text or "" for chunk in client.models.generate_content_stream(model=model, contents=prompt))


def ollama(way, model, prompt):
    import ollama

    messages = [{"role": "user", "content": prompt}]
    if way == "plain":
        return ollama.chat(model=model, messages=messages).message.content
    return "".join(part.message.content for part in ollama.chat(model=model, messages=messages, stream=True))


def litellm(way, model, prompt):
    import litellm

    litellm.suppress_debug_info = True
    messages = [{"role": "user", "content": prompt}]
    if way == "plain":
        return litellm.completion(model=model, messages=messages, max_tokens=64).choices[0].message.content
    stream = litellm.completion(model=model, messages=messages, max_tokens=64, stream=True)
    return "".join(chunk.choices[0].delta.content or "" for chunk in stream)


CLIENTS = {
    "openai": openai,
    "openai-responses": openai_responses,
    "openai-completions": openai_completions,
    "openai-embeddings": openai_embeddings,
    "azure": azure,
    "azure-responses": azure_responses,
    "azure-embeddings": azure_embeddings,
    "anthropic": anthropic,
    "google-genai": google_genai,
    "ollama": ollama,
    "litellm": litellm,
}



def answer(client, way, model, prompt):
    if not way.startswith("failing-"):
        return CLIENTS[client](way, model, prompt)
    try:
        CLIENTS[client](way.removeprefix("failing-"), model, prompt)
    except Exception as error:
        return type(error).__name__
    sys.exit(f"{client} {way} {model}: it did not fail")


for place in range(1, len(sys.argv), 4):
    client, way, model, prompt = sys.argv[place : place + 4]
    print(client, way, model, answer(client, way, model, prompt), sep="\t", flush=True)
