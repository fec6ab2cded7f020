import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** Prints a page that it gets through a proxy, trusting whom the runtime trusts. Arguments: proxy host, proxy port, URL. */
public final class Trusting {
    public static void main(String[] args) throws Exception {
        InetSocketAddress proxy =
            new InetSocketAddress(args[0], Integer.parseInt(args[1]));
        HttpClient client =
            HttpClient.newBuilder().proxy(ProxySelector.of(proxy)).build();
        HttpRequest request = HttpRequest.newBuilder(URI.create(args[2])).build();
        System.out.write(client.send(request, BodyHandlers.ofByteArray()).body());
        System.out.flush();
    }
}
